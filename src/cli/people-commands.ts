import { writeFile } from 'node:fs/promises'
import { actor, type Command, type CommandContext, UsageError } from './command.ts'
import { parseId } from './setup-commands.ts'
import { toTable, toTime } from './table.ts'

export const peopleCommands: Command[] = [
  {
    words: 'people export',
    usage: '<userId> [--out FILE]',
    about: { en: 'everything held about a person, as JSON', zh: '导出某人的全部信息（JSON）' },
    argCount: 1,
    options: ['out'],
    async run(context) {
      const { hub, args } = context
      return hand(context, await hub.people.export(parseId(args[0] ?? ''), null, actor))
    },
  },
  {
    words: 'people erase',
    usage: '<userId> --confirm <userId>',
    about: { en: 'erases a person for good, and shows the receipt', zh: '永久删除某人的个人信息并显示回执' },
    argCount: 1,
    options: ['confirm'],
    async run(context) {
      const { hub } = context
      return show(await hub.people.erase(parseConfirmed(context), null, actor))
    },
  },
  {
    words: 'members export',
    usage: '<memberId> [--out FILE]',
    about: { en: 'everything held about a member, as JSON', zh: '导出某会员的全部信息（JSON）' },
    argCount: 1,
    options: ['out'],
    async run(context) {
      const { hub, args } = context
      return hand(context, await hub.people.exportMember(parseId(args[0] ?? ''), null, actor))
    },
  },
  {
    words: 'members erase',
    usage: '<memberId> --confirm <memberId>',
    about: {
      en: 'erases a member whom no user is bound to, and shows the receipt',
      zh: '永久删除未绑定用户的会员并显示回执',
    },
    argCount: 1,
    options: ['confirm'],
    async run(context) {
      const { hub } = context
      return show(await hub.people.eraseMember(parseConfirmed(context), null, actor))
    },
  },
]

async function hand({ options: { out }, language }: CommandContext, data: object) {
  const text = JSON.stringify(data, null, 2)
  if (out === undefined) return { data, text }
  // Never over a file that is there, and for nobody else to read.
  await writeFile(out, `${text}\n`, { mode: 0o600, flag: 'wx' })
  return { data: { out }, text: { en: `wrote ${out}`, zh: `已写入 ${out}` }[language] }
}

function parseConfirmed({ args: [id = ''], options }: CommandContext): number {
  if (options.confirm !== id) throw new UsageError(`this cannot be undone: add --confirm ${id}`)
  return parseId(id)
}

function show(data: { erasedAt: number; keysBackupLapsesAt: number }) {
  const { erasedAt, keysBackupLapsesAt, ...receipt } = data
  const shown = { erasedAt: toTime(erasedAt), keysBackupLapsesAt: toTime(keysBackupLapsesAt) }
  return { data, text: toTable([{ ...receipt, ...shown }]) }
}
