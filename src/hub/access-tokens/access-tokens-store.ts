import type { Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { Secret } from '../../secret.ts'

/** Both are shared by all servers of an app, and replaced from time to time. */
export type TokenKind = 'access_token' | 'jsapi_ticket'

export type TokenKey = { appId: string; kind: TokenKind }

/** `version` counts the values; 0 = none yet. `expiresAt` 0 = reported as failed. */
export type StoredToken = TokenKey & {
  value: Secret | null
  version: number
  obtainedAt: number
  expiresAt: number
}

export async function findToken(sql: Sql, sealed: SealedColumns, key: TokenKey): Promise<StoredToken | null> {
  const row = await sql
    .selectFrom('access_tokens')
    .select(['sealed', 'version', 'obtained_at', 'expires_at'])
    .where('app_id', '=', key.appId)
    .where('kind', '=', key.kind)
    .executeTakeFirst()
  if (row === undefined) return null
  const value = row.sealed && new Secret(sealed.unseal('access_tokens.sealed', sealedRow(key), row.sealed))
  return { ...key, value, version: row.version, obtainedAt: row.obtained_at, expiresAt: row.expires_at }
}

export async function insertTokenRow(sql: Sql, key: TokenKey): Promise<void> {
  const nothing = { sealed: null, version: 0, obtained_at: 0, expires_at: 0, fence: 0 }
  await sql
    .insertInto('access_tokens')
    .values({ app_id: key.appId, kind: key.kind, ...nothing, lease_holder: null, lease_until: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export type LeaseRequest = TokenKey & { version: number; holder: string; now: number; until: number }

/** A lease that ends later than any can was taken by a clock that was wrong; its holder may be dead for long. */
const maxSkewMs = 60_000

/**
 * Takes the right to ask WeChat for the value after `version`, unless another has it or the version is
 * over. The fence that comes with it grows each time; only its latest holder can store.
 */
export async function acquireLease(sql: Sql, request: LeaseRequest): Promise<number | null> {
  const row = await sql
    .updateTable('access_tokens')
    .set((eb) => ({
      fence: eb('fence', '+', 1),
      lease_holder: request.holder,
      lease_until: request.until,
    }))
    .where('app_id', '=', request.appId)
    .where('kind', '=', request.kind)
    .where('version', '=', request.version)
    .where((is) =>
      is.or([is('lease_until', '<=', request.now), is('lease_until', '>', request.until + maxSkewMs)]),
    )
    .returning('fence')
    .executeTakeFirst()
  return row?.fence ?? null
}

/** False if the lease went to another meanwhile. */
export async function releaseLease(sql: Sql, key: TokenKey, fence: number): Promise<boolean> {
  const result = await sql
    .updateTable('access_tokens')
    .set({ lease_holder: null, lease_until: 0 })
    .where('app_id', '=', key.appId)
    .where('kind', '=', key.kind)
    .where('fence', '=', fence)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export type TokenUpdate = TokenKey & {
  fence: number
  version: number
  value: Secret
  obtainedAt: number
  expiresAt: number
}

/** False if the lease went to another meanwhile: an answer that comes late never replaces a newer token. */
export async function updateToken(sql: Sql, sealed: SealedColumns, update: TokenUpdate): Promise<boolean> {
  const result = await sql
    .updateTable('access_tokens')
    .set({
      sealed: sealed.seal('access_tokens.sealed', sealedRow(update), update.value.reveal()),
      version: update.version,
      obtained_at: update.obtainedAt,
      expires_at: update.expiresAt,
      lease_holder: null,
      lease_until: 0,
    })
    .where('app_id', '=', update.appId)
    .where('kind', '=', update.kind)
    .where('fence', '=', update.fence)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Marks a version as failed, if it is still the current one. */
export async function expireToken(sql: Sql, key: TokenKey, version: number): Promise<void> {
  await sql
    .updateTable('access_tokens')
    .set({ expires_at: 0 })
    .where('app_id', '=', key.appId)
    .where('kind', '=', key.kind)
    .where('version', '=', version)
    .execute()
}

/** Tokens that live but run out before `before`; dead ones are replaced when somebody asks for them. */
export async function listTokensDue(
  sql: Sql,
  kind: TokenKind,
  { now, before }: { now: number; before: number },
): Promise<TokenKey[]> {
  const rows = await sql
    .selectFrom('access_tokens')
    .select('app_id')
    .where('kind', '=', kind)
    .where('expires_at', '>', now)
    .where('expires_at', '<', before)
    .execute()
  return rows.map((row) => ({ appId: row.app_id, kind }))
}

/** Records why a version came to be, and keeps the last 100 of an app. */
export async function insertRotation(
  sql: Sql,
  key: TokenKey,
  rotation: { version: number; cause: string; at: number },
): Promise<void> {
  const { appId: app_id, kind } = key
  await sql
    .insertInto('token_rotations')
    .values({ app_id, kind, ...rotation })
    .execute()
  await sql
    .deleteFrom('token_rotations')
    .where('app_id', '=', app_id)
    .where('kind', '=', kind)
    .where('version', '<=', rotation.version - 100)
    .execute()
}

export async function listRotations(sql: Sql, key: TokenKey, limit: number) {
  return sql
    .selectFrom('token_rotations')
    .select(['version', 'cause', 'at'])
    .where('app_id', '=', key.appId)
    .where('kind', '=', key.kind)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute()
}

function sealedRow({ appId, kind }: TokenKey): string {
  return `${appId}/${kind}`
}
