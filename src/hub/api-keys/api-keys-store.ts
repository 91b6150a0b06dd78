import type { Sql } from '../../database/database.ts'
import type { Tables } from '../../database/schema.ts'
import { type Scope, scopes } from './scopes.ts'

/** A key as stored: only its SHA-256, and its first characters to tell it by. */
export type ApiKey = {
  id: number
  name: string
  hash: string
  prefix: string
  scopes: Scope[]
  tenantId: number | null
  apps: string[] | null
  expiresAt: number | null
  lastUsedAt: number | null
  /** In fen: the most that one refund may be, and all of a day; null: no limit. */
  refundLimitFen: number | null
  refundDailyLimitFen: number | null
  createdAt: number
}

type ApiKeyRow = Omit<Tables['api_keys'], 'id'> & { id: number }

export type NewApiKey = Omit<ApiKey, 'id' | 'lastUsedAt'>

export type ApiKeyChange = {
  name?: string
  scopes?: Scope[]
  expiresAt?: number | null
  refundLimitFen?: number | null
  refundDailyLimitFen?: number | null
}

export async function listApiKeys(sql: Sql): Promise<ApiKey[]> {
  const rows = await sql.selectFrom('api_keys').selectAll().orderBy('id').execute()
  return rows.map(toApiKey)
}

export async function findApiKey(sql: Sql, id: number): Promise<ApiKey | null> {
  const row = await sql.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : toApiKey(row)
}

export async function insertApiKey(sql: Sql, key: NewApiKey): Promise<number> {
  const row = await sql
    .insertInto('api_keys')
    .values({
      name: key.name,
      hash: key.hash,
      prefix: key.prefix,
      scopes: key.scopes.join(' '),
      tenant_id: key.tenantId,
      apps: key.apps && JSON.stringify(key.apps),
      expires_at: key.expiresAt,
      last_used_at: null,
      refund_limit: key.refundLimitFen,
      refund_daily_limit: key.refundDailyLimitFen,
      created_at: key.createdAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Changes what is given. Null: there is no such key. */
export async function updateApiKey(
  sql: Sql,
  id: number,
  { name, scopes, expiresAt, refundLimitFen, refundDailyLimitFen }: ApiKeyChange,
): Promise<ApiKey | null> {
  const row = await sql
    .updateTable('api_keys')
    .set(({ ref }) => ({
      name: name ?? ref('name'),
      scopes: scopes?.join(' ') ?? ref('scopes'),
      expires_at: expiresAt === undefined ? ref('expires_at') : expiresAt,
      refund_limit: refundLimitFen === undefined ? ref('refund_limit') : refundLimitFen,
      refund_daily_limit: refundDailyLimitFen === undefined ? ref('refund_daily_limit') : refundDailyLimitFen,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? null : toApiKey(row)
}

export async function deleteApiKey(sql: Sql, id: number): Promise<boolean> {
  const result = await sql.deleteFrom('api_keys').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

export async function touchApiKey(sql: Sql, id: number, at: number): Promise<void> {
  await sql.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute()
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    prefix: row.prefix,
    scopes: parseScopes(row.scopes),
    tenantId: row.tenant_id,
    apps: row.apps === null ? null : (JSON.parse(row.apps) as string[]), // written by insertApiKey
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    refundLimitFen: row.refund_limit,
    refundDailyLimitFen: row.refund_daily_limit,
    createdAt: row.created_at,
  }
}

function parseScopes(text: string): Scope[] {
  return scopes.filter((scope) => text.split(' ').includes(scope))
}
