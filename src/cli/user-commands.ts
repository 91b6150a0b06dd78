import type { Command } from './command.ts'
import { toTable } from './table.ts'

const maxShown = 100

export const userCommands: Command[] = [
  {
    words: 'users find',
    usage: '[--union-id U] [--open-id O] [--app APPID]',
    about: {
      en: 'users, all or by unionId or openId; the first 100',
      zh: '全部用户，或按 unionId、openId 查找；最多 100 个',
    },
    argCount: 0,
    options: ['union-id', 'open-id', 'app'],
    async run({ hub, options }) {
      const { 'union-id': unionId, 'open-id': openId, app: appId } = options
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
