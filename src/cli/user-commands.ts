import { type Command, UsageError } from './command.ts'
import { toTable } from './table.ts'

const maxShown = 100

export const userCommands: Command[] = [
  {
    words: 'users find',
    usage: '[--union-id U] [--open-id O] [--app APPID]',
    about: { en: 'users by unionId or openId', zh: '按 unionId 或 openId 查找用户' },
    argCount: 0,
    options: ['union-id', 'open-id', 'app'],
    async run({ hub, options }) {
      const { 'union-id': unionId, 'open-id': openId, app: appId } = options
      if (unionId === undefined && openId === undefined)
        throw new UsageError('--union-id or --open-id is missing')
      const data = await hub.users.search({ unionId, openId, appId, limit: maxShown })
      const rows = data.map(({ id, tenantId, unionId: union, nickname }) => ({
        id,
        tenantId,
        unionId: union,
        nickname,
      }))
      return { data, text: toTable(rows) }
    },
  },
]
