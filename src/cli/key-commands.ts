import { rotateMasterKey } from '../master-key-rotation.ts'
import { actor, type Command, UsageError } from './command.ts'
import { parseId } from './setup-commands.ts'
import { toTable, toTime } from './table.ts'

export const keyCommands: Command[] = [
  {
    words: 'keys list',
    usage: '',
    about: { en: 'API keys, by their first characters', zh: '列出 API 密钥（只显示前缀）' },
    argCount: 0,
    async run({ hub }) {
      const data = (await hub.apiKeys.list()).map(({ hash: _hash, ...key }) => key)
      const rows = data.map((key) => ({
        id: key.id,
        prefix: key.prefix,
        name: key.name,
        scopes: key.scopes.join(' '),
        tenantId: key.tenantId,
        apps: key.apps?.join(' ') ?? null,
        expires: toTime(key.expiresAt),
        lastUse: toTime(key.lastUsedAt),
        refundLimit: key.refundLimitFen,
        refundDailyLimit: key.refundDailyLimitFen,
      }))
      return { data, text: toTable(rows) }
    },
  },
  {
    words: 'keys create',
    usage:
      '<name> --scopes "a b" [--tenant ID] [--apps "wx1 wx2"] [--expires 2027-01-31] [--refund-limit FEN] [--refund-daily-limit FEN]',
    about: { en: 'makes an API key and shows it this once', zh: '创建 API 密钥，仅显示一次' },
    argCount: 1,
    options: ['scopes', 'tenant', 'apps', 'expires', 'refund-limit', 'refund-daily-limit'],
    async run({ hub, args: [name = ''], options }) {
      const input = {
        name,
        scopes: words(options.scopes),
        tenantId: options.tenant === undefined ? null : parseId(options.tenant),
        apps: options.apps === undefined ? null : words(options.apps),
        expiresAt: parseDate('expires', options.expires),
        refundLimitFen: parseFen(options['refund-limit']),
        refundDailyLimitFen: parseFen(options['refund-daily-limit']),
      }
      const { id, key } = await hub.apiKeys.add(input, actor)
      return { data: { id, key: key.reveal() }, text: key.reveal() }
    },
  },
  {
    words: 'keys set-refund-limits',
    usage: '<id> <fen of one refund|none> <fen of a day|none>',
    about: {
      en: 'limits what an API key may refund, at once and by day in China',
      zh: '限制 API 密钥的单笔退款与每日（北京时间）退款总额，单位为分',
    },
    argCount: 3,
    async run({ hub, args: [id = '', one = '', day = ''] }) {
      const limits = { refundLimitFen: parseFen(one), refundDailyLimitFen: parseFen(day) }
      await hub.apiKeys.change(parseId(id), limits, actor)
      const shown = { refundLimitFen: one, refundDailyLimitFen: day }
      return { data: { id: parseId(id), ...limits }, text: toTable([{ id, ...shown }]) }
    },
  },
  {
    words: 'keys revoke',
    usage: '<id>',
    about: { en: 'ends an API key on every node within a second', zh: '吊销 API 密钥，一秒内全网生效' },
    argCount: 1,
    async run({ hub, args: [id = ''], language }) {
      await hub.apiKeys.remove(parseId(id), actor)
      const text = { en: `revoked key ${id}`, zh: `已吊销密钥 ${id}` }[language]
      return { data: { revoked: parseId(id) }, text }
    },
  },
  {
    words: 'keys rotate-master',
    usage: '',
    about: {
      en: "seals all data keys and persons' keys under the first of WEHUB_MASTER_KEYS (new key in front, old one behind it)",
      zh: '用 WEHUB_MASTER_KEYS 的第一个主密钥重新封装数据密钥和个人密钥（新密钥在前，旧密钥在后）',
    },
    argCount: 0,
    async run({ config, language }) {
      const data = await rotateMasterKey(config)
      const text = {
        en: `master key ${data.masterKeyId} seals now; sealed anew: ${data.resealed} data keys, ${data.resealedPersonKeys} persons' keys`,
        zh: `现由主密钥 ${data.masterKeyId} 封装；重新封装：数据密钥 ${data.resealed} 个，个人密钥 ${data.resealedPersonKeys} 个`,
      }
      return { data, text: text[language] }
    },
  },
]

/** Null: no limit. */
function parseFen(text: string | undefined): number | null {
  if (text === undefined || text === 'none') return null
  if (!/^\d{1,15}$/.test(text)) throw new UsageError('a limit is a whole number of fen, or none')
  return Number(text)
}

export function words(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((word) => word !== '')
}

export function parseDate(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`--${option} is not a date`)
  return at
}
