import type { Database, Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'

/** One openId in one app. Its id is what the contracts show as the user's id; a merge never changes it. */
export type Identity = {
  id: number
  appId: string
  openId: string
  userId: number
  unionId: string | null
}

export type IdentityRow = Identity & { sessionKeys: Uint8Array | null }

/** Finds an identity and holds its row until the transaction ends. */
export async function lockIdentity(sql: Sql, appId: string, openId: string): Promise<IdentityRow | null> {
  const [row] = await lockStatement(sql, { appId, openId })
  return row === undefined ? null : { ...toIdentity(row), sessionKeys: row.session_keys }
}

const lockStatement = createStatement<{ appId: string; openId: string }>()((sql, param, engine) => {
  const query = sql
    .selectFrom('identities as i')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .select(['i.id', 'i.app_id', 'i.open_id', 'i.user_id', 'i.session_keys', 'u.union_id'])
    .where('i.app_id', '=', param('appId'))
    .where('i.open_id', '=', param('openId'))
  // On SQLite the transaction as a whole is the lock.
  return engine === 'postgres' ? query.forUpdate('i') : query
})

/** Holds all identities of a user until the transaction ends; logins of this user wait. */
export async function lockIdentitiesOfUser(database: Database, sql: Sql, userId: number): Promise<void> {
  if (database.engine === 'sqlite') return
  const query = sql.selectFrom('identities').select('id').where('user_id', '=', userId)
  await query.orderBy('id').forUpdate().execute()
}

/** The user that an identity belongs to until the transaction ends: a merge of this user waits. Null after erasure. */
export async function lockUserOfIdentity(database: Database, sql: Sql, id: number): Promise<number | null> {
  const query = sql
    .selectFrom('identities')
    .select('user_id')
    .where('id', '=', id)
    .where('open_id', 'not like', 'erased:%')
  const row = await (database.engine === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  return row?.user_id ?? null
}

export async function findIdentity(sql: Sql, id: number): Promise<Identity | null> {
  const row = await sql
    .selectFrom('identities as i')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .select(['i.id', 'i.app_id', 'i.open_id', 'i.user_id', 'u.union_id'])
    .where('i.id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : toIdentity(row)
}

/** Which of these openIds the app has; uses the index on (app_id, open_id). */
export async function listKnownOpenIds(
  sql: Sql,
  appId: string,
  openIds: readonly string[],
): Promise<Set<string>> {
  if (openIds.length === 0) return new Set()
  const query = sql.selectFrom('identities').select('open_id').where('app_id', '=', appId)
  const rows = await query.where('open_id', 'in', openIds).execute()
  return new Set(rows.map((row) => row.open_id))
}

export async function insertIdentity(
  sql: Sql,
  identity: { appId: string; openId: string; userId: number; createdAt: number },
): Promise<number> {
  const row = await sql
    .insertInto('identities')
    .values({
      app_id: identity.appId,
      open_id: identity.openId,
      user_id: identity.userId,
      session_keys: null,
      oauth_tokens: null,
      created_at: identity.createdAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Moves identities to another user; returns their ids. */
export async function moveIdentities(sql: Sql, from: number, to: number): Promise<number[]> {
  const rows = await sql
    .updateTable('identities')
    .set({ user_id: to })
    .where('user_id', '=', from)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

export async function moveIdentity(sql: Sql, id: number, to: number, from: number): Promise<void> {
  const query = sql.updateTable('identities').set({ user_id: to }).where('id', '=', id)
  await query.where('user_id', '=', from).execute()
}

export async function updateSessionKeys(sql: Sql, id: number, sealed: Uint8Array): Promise<void> {
  await updateKeysStatement(sql, { id, sealed })
}

const updateKeysStatement = createStatement<{ id: number; sealed: Uint8Array }>()((sql, param) =>
  sql
    .updateTable('identities')
    .set({ session_keys: param('sealed') })
    .where('id', '=', param('id')),
)

export async function findSessionKeys(sql: Sql, id: number): Promise<Uint8Array | null> {
  const [row] = await findKeysStatement(sql, { id })
  return row?.session_keys ?? null
}

const findKeysStatement = createStatement<{ id: number }>()((sql, param) =>
  sql.selectFrom('identities').select('session_keys').where('id', '=', param('id')),
)

export async function updateOAuthTokens(sql: Sql, id: number, sealed: Uint8Array): Promise<void> {
  await sql.updateTable('identities').set({ oauth_tokens: sealed }).where('id', '=', id).execute()
}

/** Brings nothing back where they were taken away while WeChat was asked. */
export async function replaceOAuthTokens(sql: Sql, id: number, sealed: Uint8Array): Promise<void> {
  const query = sql.updateTable('identities').set({ oauth_tokens: sealed }).where('id', '=', id)
  await query.where('oauth_tokens', 'is not', null).execute()
}

export async function findOAuthTokens(sql: Sql, id: number): Promise<Uint8Array | null> {
  const query = sql.selectFrom('identities').select('oauth_tokens').where('id', '=', id)
  return (await query.executeTakeFirst())?.oauth_tokens ?? null
}

/** Whether WeChat ever told the profile of this identity. */
export async function isProfiled(sql: Sql, id: number): Promise<boolean> {
  const query = sql.selectFrom('identities').select('profiled_at').where('id', '=', id)
  return (await query.executeTakeFirst())?.profiled_at != null
}

export async function markProfiled(sql: Sql, id: number, at: number): Promise<void> {
  const query = sql.updateTable('identities').set({ profiled_at: at }).where('id', '=', id)
  await query.where('open_id', 'not like', 'erased:%').execute()
}

/** Forgets what was obtained while the person let the app have it. */
export async function clearCredentials(sql: Sql, id: number): Promise<void> {
  await sql
    .updateTable('identities')
    .set({ session_keys: null, oauth_tokens: null, profiled_at: null })
    .where('id', '=', id)
    .execute()
}

function toIdentity(row: {
  id: number
  app_id: string
  open_id: string
  user_id: number
  union_id: string | null
}): Identity {
  return {
    id: row.id,
    appId: row.app_id,
    openId: row.open_id,
    userId: row.user_id,
    unionId: row.union_id,
  }
}
