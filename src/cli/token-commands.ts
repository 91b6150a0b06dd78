import { type Command, UsageError } from './command.ts'
import { toTable, toTime } from './table.ts'

export const tokenCommands: Command[] = [
  {
    words: 'token show',
    usage: '--app APPID',
    about: { en: 'age of an access token and why it was replaced', zh: '查看 access_token 的时效与更换原因' },
    argCount: 0,
    options: ['app'],
    async run({ hub, options }) {
      if (options.app === undefined) throw new UsageError('--app is missing')
      const app = await hub.apps.get(options.app)
      const { version, obtainedAt, expiresAt } = await hub.accessTokens.current(app)
      const rotations = await hub.accessTokens.listRotations(app, 10)
      const token = { version, obtained: toTime(obtainedAt), expires: toTime(expiresAt) }
      const rows = rotations.map(({ version: number, cause, at }) => ({
        version: number,
        cause,
        at: toTime(at),
      }))
      return { data: { ...token, rotations: rows }, text: `${toTable([token])}\n\n${toTable(rows)}` }
    },
  },
]
