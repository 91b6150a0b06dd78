import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'

/** A session as stored. Only the SHA-256 of the token is kept. */
export type StoredSession = {
  identityId: number
  appId: string
  openId: string
  userId: number
  unionId: string | null
  contract: string
  lifetimeMs: number
  issuedAt: number
  expiresAt: number
  /** Beyond this no use prolongs it. */
  endsAt: number
  revokedAt: number | null
  /** When it was exchanged for its successor. */
  replacedAt: number | null
}

export type NewSession = {
  tokenHash: Buffer
  identityId: number
  contract: string
  lifetimeMs: number
  issuedAt: number
  expiresAt: number
  endsAt: number
}

export async function insertSession(sql: Sql, session: NewSession): Promise<void> {
  await insertStatement(sql, session)
}

const insertStatement = createStatement<NewSession>()((sql, param) =>
  sql.insertInto('sessions').values({
    token_hash: param('tokenHash'),
    identity_id: param('identityId'),
    contract: param('contract'),
    lifetime_ms: param('lifetimeMs'),
    issued_at: param('issuedAt'),
    expires_at: param('expiresAt'),
    ends_at: param('endsAt'),
    revoked_at: null,
  }),
)

const findStatement = createStatement<{ tokenHash: Buffer }>()((sql, param) =>
  sql
    .selectFrom('sessions as s')
    .innerJoin('identities as i', 'i.id', 's.identity_id')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .select([
      's.identity_id',
      's.contract',
      's.lifetime_ms',
      's.issued_at',
      's.expires_at',
      's.ends_at',
      's.revoked_at',
      's.replaced_at',
      'i.app_id',
      'i.open_id',
      'i.user_id',
      'u.union_id',
    ])
    .where('s.token_hash', '=', param('tokenHash'))
    // A login that an erasure overtook has given a session of nobody.
    .where('u.erased_at', 'is', null),
)

export async function findSession(sql: Sql, tokenHash: Buffer): Promise<StoredSession | null> {
  const [row] = await findStatement(sql, { tokenHash })
  if (row === undefined) return null
  return {
    identityId: row.identity_id,
    appId: row.app_id,
    openId: row.open_id,
    userId: row.user_id,
    unionId: row.union_id,
    contract: row.contract,
    lifetimeMs: row.lifetime_ms,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    endsAt: row.ends_at,
    revokedAt: row.revoked_at,
    replacedAt: row.replaced_at,
  }
}

/** Never backwards: of two nodes that prolong a session, the later time stays. */
export async function prolongSession(sql: Sql, tokenHash: Buffer, expiresAt: number): Promise<void> {
  await sql
    .updateTable('sessions')
    .set({ expires_at: expiresAt })
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '<', expiresAt)
    .execute()
}

/** Removes up to `limit` sessions that ran out before `before`; uses the index on expires_at. */
export async function deleteSessions(sql: Sql, before: number, limit: number): Promise<number> {
  const doomed = sql.selectFrom('sessions').select('token_hash').where('expires_at', '<', before).limit(limit)
  const result = await sql.deleteFrom('sessions').where('token_hash', 'in', doomed).executeTakeFirst()
  return Number(result.numDeletedRows)
}
