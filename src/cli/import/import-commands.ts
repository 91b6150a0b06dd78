import { actor, type Command, type CommandContext, type CommandResult, UsageError } from '../command.ts'
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

export const importCommands: Command[] = [
  {
    words: 'import users',
    usage: '<file.csv|file.jsonl> --app APPID',
    about: {
      en: 'users of another system, by openId; can be run again',
      zh: '导入其他系统的用户（按 openId），可重复运行',
    },
    argCount: 1,
    options: ['app'],
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

function toUser({ openId = '', unionId = '', gender = '', ...texts }: Fields) {
  const profile = { ...texts, ...(gender !== '' && { gender: Number(gender) }) }
  return { openId, unionId: unionId === '' ? null : unionId, profile }
}
