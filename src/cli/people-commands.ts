import { writeFile } from 'node:fs/promises'
import { actor, type Command, UsageError } from './command.ts'
import { parseId } from './setup-commands.ts'
import { toTable, toTime } from './table.ts'

export const peopleCommands: Command[] = [
  {
    words: 'people export',
    usage: '<userId> [--out FILE]',
    about: { en: 'everything held about a person, as JSON', zh: '导出某人的全部信息（JSON）' },
    argCount: 1,
    options: ['out'],
    async run({ hub, args: [id = ''], options, language }) {
      const data = await hub.people.export(parseId(id), null, actor)
      const text = JSON.stringify(data, null, 2)
      if (options.out === undefined) return { data, text }
      // Never over a file that is there, and for nobody else to read.
      await writeFile(options.out, `${text}\n`, { mode: 0o600, flag: 'wx' })
      return {
        data: { out: options.out },
        text: { en: `wrote ${options.out}`, zh: `已写入 ${options.out}` }[language],
      }
    },
  },
  {
    words: 'people erase',
    usage: '<userId> --confirm <userId>',
    about: { en: 'erases a person for good, and shows the receipt', zh: '永久删除某人的个人信息并显示回执' },
    argCount: 1,
    options: ['confirm'],
    async run({ hub, args: [id = ''], options }) {
      if (options.confirm !== id) throw new UsageError(`this cannot be undone: add --confirm ${id}`)
      const data = await hub.people.erase(parseId(id), null, actor)
      const { erasedAt, keysBackupLapsesAt, ...receipt } = data
      const shown = { erasedAt: toTime(erasedAt), keysBackupLapsesAt: toTime(keysBackupLapsesAt) }
      return { data, text: toTable([{ ...receipt, ...shown }]) }
    },
  },
]
