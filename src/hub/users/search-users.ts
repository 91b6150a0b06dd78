import type { Sql } from '../../database/database.ts'
import type { Row } from '../../database/schema.ts'
import type { Profile } from './profile.ts'

export type User = Profile & { id: number; tenantId: number; unionId: string | null; createdAt: number }

/** Whose users are looked at: those of one tenant, of some apps, or all (null). */
export type Reach = { tenantId: number | null; apps: ReadonlySet<string> | null }

export type UserQuery = {
  id?: number
  unionId?: string | undefined
  openId?: string | undefined
  appId?: string | undefined
  after?: number
  limit: number
}

/** Users by id, unionId or openId, or all; those that were merged into others or erased are not among them. */
export async function searchUsers(sql: Sql, reach: Reach, wanted: UserQuery): Promise<User[]> {
  const { id, unionId, openId, appId, after, limit } = wanted
  if (id === undefined && unionId === undefined && openId === undefined) return listUsers(sql, reach, wanted)
  let query = sql.selectFrom('users').where('merged_into', 'is', null).where('erased_at', 'is', null)
  if (id !== undefined) query = query.where('id', '=', id)
  if (after !== undefined) query = query.where('id', '>', after)
  if (unionId !== undefined) query = query.where('union_id', '=', unionId)
  if (reach.tenantId !== null) query = query.where('tenant_id', '=', reach.tenantId)
  // Uses the index on (tenant_id, union_id).
  else if (unionId !== undefined)
    query = query.where('tenant_id', 'in', sql.selectFrom('tenants').select('id'))
  if (openId !== undefined || appId !== undefined || reach.apps !== null) {
    query = query.where('id', 'in', userIdsByIdentity(sql, reach, wanted))
  }
  return (await query.selectAll().orderBy('id').limit(limit).execute()).map(toUser)
}

/** Read in the order of ids as far as the page goes. Uses the indexes on (tenant_id, id) and (app_id, user_id). */
async function listUsers(sql: Sql, reach: Reach, { appId, after = 0, limit }: UserQuery): Promise<User[]> {
  const { tenantId, apps } = reach
  let query = sql.selectFrom('users').where('merged_into', 'is', null).where('erased_at', 'is', null)
  if (tenantId !== null) query = query.where('tenant_id', '=', tenantId)
  const appIds = appId === undefined ? apps && [...apps] : [appId].filter((one) => apps?.has(one) ?? true)
  if (appIds === null) query = query.where('id', '>', after)
  else {
    const ids = new Set<number>()
    for (const one of appIds) for (const id of await listUserIds(sql, one, { after, limit })) ids.add(id)
    if (ids.size === 0) return []
    // The page's alone: a key may have a thousand apps, and a statement has only so many parameters.
    const first = [...ids].sort((a, b) => a - b).slice(0, limit)
    query = query.where('id', 'in', first)
  }
  return (await query.selectAll().orderBy('id').limit(limit).execute()).map(toUser)
}

/** The first of an app's users behind `after`. */
async function listUserIds(
  sql: Sql,
  appId: string,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await sql
    .selectFrom('identities as i')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .select('i.user_id')
    .distinct()
    .where('i.app_id', '=', appId)
    .where('i.user_id', '>', after)
    .where('u.merged_into', 'is', null)
    .where('u.erased_at', 'is', null)
    .orderBy('i.user_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.user_id)
}

function toUser(row: Row<'users'>): User {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    unionId: row.union_id,
    nickname: row.nickname,
    avatarUrl: row.avatar_url,
    gender: row.gender,
    city: row.city,
    province: row.province,
    country: row.country,
    language: row.language,
    createdAt: row.created_at,
  }
}

/** Uses the index on (app_id, open_id), whether an app is named or not; the one on user_id for a user's id. */
function userIdsByIdentity(sql: Sql, reach: Reach, { id, openId, appId }: UserQuery) {
  let query = sql.selectFrom('identities').select('user_id')
  if (id !== undefined) query = query.where('user_id', '=', id)
  if (openId !== undefined) query = query.where('open_id', '=', openId)
  if (appId !== undefined) query = query.where('app_id', '=', appId)
  if (reach.apps !== null) return query.where('app_id', 'in', [...reach.apps])
  return query.where('app_id', 'in', sql.selectFrom('apps').select('app_id'))
}

/** The user in one app; `subscribedAt`, in unix milliseconds, is null for who does not follow it or never said so. */
export type SeenIdentity = { id: number; appId: string; openId: string; subscribedAt: number | null }

/** Who a user is in each app within reach. Uses the index on user_id. */
export async function listIdentities(sql: Sql, reach: Reach, userId: number): Promise<SeenIdentity[]> {
  let query = sql.selectFrom('identities').where('user_id', '=', userId)
  if (reach.apps !== null) query = query.where('app_id', 'in', [...reach.apps])
  const rows = await query.select(['id', 'app_id', 'open_id', 'subscribed_at']).orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    openId: row.open_id,
    subscribedAt: row.subscribed_at,
  }))
}

/** The user that this one was merged into, and that one into; itself if it was not. */
export async function followMerges(sql: Sql, id: number): Promise<number> {
  let current = id
  for (;;) {
    const row = await sql
      .selectFrom('users')
      .select('merged_into')
      .where('id', '=', current)
      .executeTakeFirst()
    if (row?.merged_into == null) return current
    current = row.merged_into
  }
}
