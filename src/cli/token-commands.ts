import type { App } from '../hub/apps/app.ts'
import { type Command, type CommandContext, type CommandResult, UsageError } from './command.ts'
import { toTable, toTime } from './table.ts'

export const tokenCommands: Command[] = [
  {
    words: 'token show',
    usage: '--app APPID',
    about: { en: 'age of an access token and why it was replaced', zh: '查看 access_token 的时效与更换原因' },
    argCount: 0,
    options: ['app'],
    run: (context) => show(context, context.hub.accessTokens),
  },
  {
    words: 'ticket show',
    usage: '--app APPID',
    about: { en: 'age of a jsapi_ticket and why it was replaced', zh: '查看 jsapi_ticket 的时效与更换原因' },
    argCount: 0,
    options: ['app'],
    run: (context) => show(context, context.hub.jsapiTickets),
  },
]

type Custody = {
  current: (app: App) => Promise<{ version: number; obtainedAt: number; expiresAt: number }>
  listRotations: (app: App, limit: number) => Promise<{ version: number; cause: string; at: number }[]>
}

async function show({ hub, options }: CommandContext, custody: Custody): Promise<CommandResult> {
  if (options.app === undefined) throw new UsageError('--app is missing')
  const app = await hub.apps.get(options.app)
  const { version, obtainedAt, expiresAt } = await custody.current(app)
  const rotations = await custody.listRotations(app, 10)
  const token = { version, obtained: toTime(obtainedAt), expires: toTime(expiresAt) }
  const rows = rotations.map(({ version: number, cause, at }) => ({ version: number, cause, at: toTime(at) }))
  return { data: { ...token, rotations: rows }, text: `${toTable([token])}\n\n${toTable(rows)}` }
}
