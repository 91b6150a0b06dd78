import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import type { ImportOutcome } from '../../hub/import-outcome.ts'
import type { ImportedMember } from '../../hub/members/import-members.ts'
import { cardStates } from '../../hub/members/member.ts'
import { actor, type Command, type CommandContext, type CommandResult, UsageError } from '../command.ts'
import { parseId } from '../setup-commands.ts'
import { type ImportKind, importFile } from './import-file.ts'
import type { Fields } from './read-rows.ts'
import { createProgressBar } from './show-progress.ts'

const userFields = [
  'openId',
  'unionId',
  'nickname',
  'avatarUrl',
  'gender',
  'city',
  'province',
  'country',
  'language',
]

const memberFields = ['number', 'name', 'phone', 'idCard', 'sex', 'birthday', 'address', 'cardState']

export const importCommands: Command[] = [
  {
    words: 'import users',
    usage: '<file.csv|file.jsonl> --app APPID',
    about: {
      en: 'users of another system, by openId; can be run again',
      zh: '导入其他系统的用户（按 openId），可重复运行',
    },
    fields: userFields,
    argCount: 1,
    options: ['app'],
    isBulk: true,
    async run(context) {
      const { hub, options } = context
      if (options.app === undefined) throw new UsageError('--app is missing')
      const app = await hub.apps.get(options.app)
      return runImport(context, {
        known: userFields,
        needed: ['openId'],
        take: (rows) => hub.users.import(app, rows.map(toUser), actor),
      })
    },
  },
  {
    words: 'import members',
    usage: '<file.csv|file.jsonl> [--tenant ID]',
    about: { en: 'members of another system; can be run again', zh: '导入其他系统的会员，可重复运行' },
    fields: memberFields,
    argCount: 1,
    options: ['tenant'],
    isBulk: true,
    async run(context) {
      const { hub, options } = context
      const tenantId =
        options.tenant === undefined ? (await hub.tenants.ensure()).id : parseId(options.tenant)
      if ((await hub.tenants.find(tenantId)) === null) throw new HubError('not_found', 'no such tenant')
      return runImport(context, {
        known: memberFields,
        needed: ['name'],
        take: (rows) => importMembers(hub, tenantId, rows),
      })
    },
  },
]

async function runImport(context: CommandContext, kind: ImportKind): Promise<CommandResult> {
  const {
    args: [path = ''],
    language,
    terminal,
  } = context
  const bar = createProgressBar(terminal, Date.now)
  try {
    const { rows, added, present, refused } = await importFile(path, kind, bar.show)
    const report = refused === 0 ? null : `${path}.refused.jsonl`
    const text = {
      en: `${rows} rows: ${added} added, ${present} there already, ${refused} refused${report === null ? '' : `: see ${report}`}`,
      zh: `共 ${rows} 行：新增 ${added}，已存在 ${present}，拒绝 ${refused}${report === null ? '' : `，见 ${report}`}`,
    }[language]
    return { data: { rows, added, present, refused, report }, text, isFailed: refused > 0 }
  } finally {
    bar.clear()
  }
}

/** A state of a card that is none is for its row alone. */
async function importMembers(hub: Hub, tenantId: number, rows: readonly Fields[]): Promise<ImportOutcome[]> {
  const members = rows.map(toMember)
  const good = members.flatMap((member) => ('refused' in member ? [] : member.taken))
  const outcomes = (await hub.members.import(tenantId, good, actor)).values()
  return members.map((member) =>
    'refused' in member ? member : (outcomes.next().value ?? { refused: 'was left out' }),
  )
}

function toMember(fields: Fields): { taken: ImportedMember } | { refused: string } {
  const { number = '', sex = '', cardState = '', ...personal } = fields
  const state = cardStates.find((known) => known === cardState)
  if (cardState !== '' && state === undefined)
    return { refused: `cardState is none of ${cardStates.join(', ')}` }
  const taken = {
    personal: { ...personal, ...(sex !== '' && { sex: Number(sex) }) },
    ...(number !== '' && { number }),
    ...(state !== undefined && { cardState: state }),
  }
  return { taken }
}

function toUser({ openId = '', unionId = '', gender = '', ...texts }: Fields) {
  const profile = { ...texts, ...(gender !== '' && { gender: Number(gender) }) }
  return { openId, unionId: unionId === '' ? null : unionId, profile }
}
