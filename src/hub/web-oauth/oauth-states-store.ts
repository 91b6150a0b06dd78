import type { Sql } from '../../database/database.ts'

/** A web login from the redirect to WeChat until a minute after its callback. */
export type OAuthState = {
  mountId: number
  browserHash: Uint8Array
  /** Null: the index page. */
  returnUrl: string | null
  expiresAt: number
  /** Of the code that came back with it, from then on. */
  codeHash: Uint8Array | null
  /** Until then a node of ours exchanges the code. */
  leaseUntil: number
  /** How the exchange ended; null before. */
  outcome: 'logged_in' | 'snapshot' | null
  identityId: number | null
  doneAt: number | null
}

type NewState = Pick<OAuthState, 'mountId' | 'browserHash' | 'returnUrl' | 'expiresAt'> & {
  stateHash: Buffer
}

export async function insertState(sql: Sql, state: NewState): Promise<void> {
  await sql
    .insertInto('oauth_states')
    .values({
      state_hash: state.stateHash,
      mount_id: state.mountId,
      browser_hash: state.browserHash,
      return_url: state.returnUrl,
      expires_at: state.expiresAt,
    })
    .execute()
}

export async function findState(sql: Sql, stateHash: Buffer): Promise<OAuthState | null> {
  const row = await sql
    .selectFrom('oauth_states')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    mountId: row.mount_id,
    browserHash: row.browser_hash,
    returnUrl: row.return_url,
    expiresAt: row.expires_at,
    codeHash: row.code_hash,
    leaseUntil: row.lease_until,
    outcome: row.outcome,
    identityId: row.identity_id,
    doneAt: row.done_at,
  }
}

export type Claim = { stateHash: Buffer; codeHash: Buffer; now: number; leaseUntil: number }

/**
 * Binds the state to the code and takes the right to exchange it. False where another node has it, where it is
 * done, or where the state is bound to another code.
 */
export async function claimState(
  sql: Sql,
  { stateHash, codeHash, now, leaseUntil }: Claim,
): Promise<boolean> {
  const result = await sql
    .updateTable('oauth_states')
    .set({ code_hash: codeHash, lease_until: leaseUntil })
    .where('state_hash', '=', stateHash)
    .where('lease_until', '<=', now)
    .where('done_at', 'is', null)
    .where((row) => row.or([row('code_hash', 'is', null), row('code_hash', '=', codeHash)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Notes how the exchange ended; the lease stays until `releaseState`. */
export async function finishState(
  sql: Sql,
  stateHash: Buffer,
  end: Pick<OAuthState, 'outcome' | 'identityId' | 'doneAt'>,
): Promise<void> {
  await sql
    .updateTable('oauth_states')
    .set({ outcome: end.outcome, identity_id: end.identityId, done_at: end.doneAt })
    .where('state_hash', '=', stateHash)
    .execute()
}

/** Gives the right to exchange back, if nobody took it over in the meantime. */
export async function releaseState(sql: Sql, stateHash: Buffer, leaseUntil: number): Promise<void> {
  await sql
    .updateTable('oauth_states')
    .set({ lease_until: 0 })
    .where('state_hash', '=', stateHash)
    .where('lease_until', '=', leaseUntil)
    .execute()
}

/** Removes a state whose code is worth nothing; not one that another node brought to an end. */
export async function deleteFailedState(sql: Sql, stateHash: Buffer): Promise<void> {
  await sql
    .deleteFrom('oauth_states')
    .where('state_hash', '=', stateHash)
    .where('done_at', 'is', null)
    .execute()
}

/** Removes up to `limit` states that were over before `before`; uses the index on expires_at. */
export async function deleteStates(sql: Sql, before: number, limit: number): Promise<number> {
  const doomed = sql
    .selectFrom('oauth_states')
    .select('state_hash')
    .where('expires_at', '<', before)
    .limit(limit)
  const result = await sql.deleteFrom('oauth_states').where('state_hash', 'in', doomed).executeTakeFirst()
  return Number(result.numDeletedRows)
}
