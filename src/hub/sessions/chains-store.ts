import type { Database, Sql } from '../../database/database.ts'

/** A session as a link of its chain: a login and all that was renewed from it. */
export type ChainLink = {
  /** The hash of the chain's first token. */
  chainId: Uint8Array
  chainStartedAt: number
  identityId: number
  appId: string
  tenantId: number
  openId: string
  contract: string
  lifetimeMs: number
  expiresAt: number
  revokedAt: number | null
  replacedAt: number | null
  furtherSessions: number
}

export type RenewedSession = Pick<ChainLink, 'chainId' | 'chainStartedAt' | 'identityId' | 'contract'> & {
  tokenHash: Buffer
  lifetimeMs: number
  issuedAt: number
  expiresAt: number
  endsAt: number
}

/**
 * Finds a session and holds its identity's row until the transaction ends. A lock on the session alone would
 * let a chain grow while it is revoked.
 */
export async function lockChain(database: Database, sql: Sql, tokenHash: Buffer): Promise<ChainLink | null> {
  const owner = await sql
    .selectFrom('sessions')
    .select('identity_id')
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  if (owner === undefined) return null
  await lockIdentities(database, sql, 'id', owner.identity_id)
  return findLink(sql, tokenHash)
}

/** On SQLite the transaction as a whole is the lock. */
async function lockIdentities(database: Database, sql: Sql, column: 'id' | 'user_id', value: number) {
  if (database.engine === 'sqlite') return
  await sql
    .selectFrom('identities')
    .select('id')
    .where(column, '=', value)
    .orderBy('id')
    .forUpdate()
    .execute()
}

async function findLink(sql: Sql, tokenHash: Buffer): Promise<ChainLink | null> {
  const row = await sql
    .selectFrom('sessions as s')
    .innerJoin('identities as i', 'i.id', 's.identity_id')
    .innerJoin('apps as a', 'a.app_id', 'i.app_id')
    .selectAll('s')
    .select(['i.app_id', 'i.open_id', 'a.tenant_id'])
    .where('s.token_hash', '=', tokenHash)
    .where('i.open_id', 'not like', 'erased:%')
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    chainId: row.chain_id ?? row.token_hash,
    chainStartedAt: row.chain_started_at ?? row.issued_at,
    identityId: row.identity_id,
    appId: row.app_id,
    tenantId: row.tenant_id,
    openId: row.open_id,
    contract: row.contract,
    lifetimeMs: row.lifetime_ms,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    replacedAt: row.replaced_at,
    furtherSessions: row.further_sessions,
  }
}

export async function insertRenewed(sql: Sql, session: RenewedSession): Promise<void> {
  await sql
    .insertInto('sessions')
    .values({
      token_hash: session.tokenHash,
      identity_id: session.identityId,
      contract: session.contract,
      lifetime_ms: session.lifetimeMs,
      issued_at: session.issuedAt,
      expires_at: session.expiresAt,
      ends_at: session.endsAt,
      revoked_at: null,
      chain_id: session.chainId,
      chain_started_at: session.chainStartedAt,
    })
    .execute()
}

export async function markReplaced(sql: Sql, tokenHash: Buffer, at: number): Promise<void> {
  await sql.updateTable('sessions').set({ replaced_at: at }).where('token_hash', '=', tokenHash).execute()
}

export async function updateFurtherSessions(sql: Sql, tokenHash: Buffer, count: number): Promise<void> {
  await sql
    .updateTable('sessions')
    .set({ further_sessions: count })
    .where('token_hash', '=', tokenHash)
    .execute()
}

/** Revokes all sessions of a chain; uses the index on identity_id. Returns how many were not revoked before. */
export async function revokeChain(sql: Sql, link: ChainLink, at: number): Promise<number> {
  const { identityId, chainId } = link
  const result = await sql
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('identity_id', '=', identityId)
    .where((is) => is.or([is('chain_id', '=', chainId), is('token_hash', '=', chainId)]))
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Revokes all sessions of a user, and lets none be renewed until the transaction ends. */
export async function revokeChainsOfUser(
  database: Database,
  sql: Sql,
  userId: number,
  at: number,
): Promise<number> {
  await lockIdentities(database, sql, 'user_id', userId)
  const result = await sql
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('identity_id', 'in', sql.selectFrom('identities').select('id').where('user_id', '=', userId))
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Revokes all sessions of one identity, whose row the caller holds: none is renewed at the same moment. */
export async function revokeSessionsOfIdentity(sql: Sql, identityId: number, at: number): Promise<void> {
  await sql
    .updateTable('sessions')
    .set({ revoked_at: at })
    .where('identity_id', '=', identityId)
    .where('revoked_at', 'is', null)
    .execute()
}
