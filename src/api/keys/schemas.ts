import { Type } from 'typebox'
import { scopes } from '../../hub/api-keys/scopes.ts'
import {
  body,
  id,
  name,
  nullableInteger,
  orNone,
  pageOf,
  reply,
  seconds,
  tenantId,
  wechatId,
} from '../schemas.ts'

export const keyParams = Type.Object({ id: id("The key's id") })

/** The end of the year 9999. */
const lastSecond = 253_402_300_799

const scope = Type.String({ maxLength: 32, description: `One of ${scopes.join(', ')}` })

const scopeList = Type.Array(scope, { minItems: 1, maxItems: 32 })

const newExpiry = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  minimum: 0,
  maximum: lastSecond,
  description: 'In unix seconds; null: never',
})

const fen = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const refundLimitFen = orNone({
  ...fen,
  description: 'The most that one refund may be, in fen; null: no limit',
})
const refundDailyLimitFen = orNone({
  ...fen,
  description: 'All refunds of a day (in China) together, in fen; null: no limit',
})

export const newKey = body(
  {
    name,
    scopes: scopeList,
    tenantId: orNone(tenantId),
    apps: orNone(Type.Array(wechatId('An appId'), { minItems: 1, maxItems: 1000 })),
    expiresAt: Type.Optional(newExpiry),
    refundLimitFen,
    refundDailyLimitFen,
  },
  { name: 'shop back end', scopes: ['sessions:verify'], apps: ['wx3f0a7c51e8d2b964'] },
)

export const keyChange = body(
  {
    name: Type.Optional(name),
    scopes: Type.Optional(scopeList),
    expiresAt: Type.Optional(newExpiry),
    refundLimitFen,
    refundDailyLimitFen,
  },
  { scopes: ['sessions:verify', 'users:read'] },
)

export const newKeyReply = reply(
  'The key itself is told this once',
  { id: Type.Integer(), key: Type.String() },
  { id: 4, key: 'whk_…' },
)

const fields = {
  id: Type.Integer(),
  name: Type.String(),
  prefix: Type.String({ description: 'The first characters of the key' }),
  scopes: Type.Array(Type.String()),
  tenantId: nullableInteger('null: all tenants'),
  apps: Type.Unsafe<string[] | null>({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'null: all apps of the tenant',
  }),
  expiresAt: nullableInteger('In unix seconds; null: never'),
  refundLimitFen: nullableInteger('The most that one refund may be, in fen; null: no limit'),
  refundDailyLimitFen: nullableInteger('All refunds of a day together, in fen; null: no limit'),
  lastUsedAt: nullableInteger('In unix seconds, to the minute'),
  createdAt: seconds('When it was made'),
}

const example = {
  id: 4,
  name: 'shop back end',
  prefix: 'whk_9fQz',
  scopes: ['sessions:verify'],
  tenantId: 1,
  apps: ['wx3f0a7c51e8d2b964'],
  expiresAt: null,
  refundLimitFen: null,
  refundDailyLimitFen: null,
  lastUsedAt: null,
  createdAt: 1790000000,
}

export const keyReply = reply('The key, but for its value', fields, example)

export const keyPage = pageOf('Keys, by id', Type.Object(fields), example)
