import type { Sql } from '../../database/database.ts'
import type { Tables } from '../../database/schema.ts'
import { createStatement, engineOf } from '../../database/statement.ts'
import type { Profile } from './profile.ts'

export type UserRow = { id: number; unionId: string | null }

/** Holds the user until the transaction ends: nobody is linked to who is being erased or merged at this moment. */
export async function findUserByUnionId(
  sql: Sql,
  tenantId: number,
  unionId: string,
): Promise<UserRow | null> {
  const [row] = await byUnionIdStatement(sql, { tenantId, unionId })
  return row === undefined ? null : { id: row.id, unionId }
}

const byUnionIdStatement = createStatement<{ tenantId: number; unionId: string }>()((sql, param, engine) => {
  const query = sql
    .selectFrom('users')
    .select('id')
    .where('tenant_id', '=', param('tenantId'))
    .where('union_id', '=', param('unionId'))
  // PostgreSQL waits for who holds the row, and looks at its unionId again. An identity needs this lock anyway.
  return engine === 'postgres' ? query.forKeyShare() : query
})

export async function insertUser(
  sql: Sql,
  user: { tenantId: number; unionId: string | null; createdAt: number },
): Promise<number> {
  const row = await sql
    .insertInto('users')
    .values({ tenant_id: user.tenantId, union_id: user.unionId, created_at: user.createdAt })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

export async function updateUnionId(sql: Sql, userId: number, unionId: string | null): Promise<void> {
  await sql.updateTable('users').set({ union_id: unionId }).where('id', '=', userId).execute()
}

export async function findProfile(sql: Sql, userId: number): Promise<Profile | null> {
  const row = await sql
    .selectFrom('users')
    .select(['nickname', 'avatar_url', 'gender', 'city', 'province', 'country', 'language'])
    .where('id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) return null
  const { avatar_url, ...others } = row
  return { ...others, avatarUrl: avatar_url }
}

export async function updateProfile(sql: Sql, userId: number, changes: Partial<Profile>): Promise<void> {
  const { avatarUrl: avatar_url, nickname, gender, city, province, country, language } = changes
  const columns = { nickname, avatar_url, gender, city, province, country, language }
  // Kysely leaves out what is undefined, and takes no update of nothing.
  if (Object.values(columns).every((value) => value === undefined)) return
  // A request that began before an erasure brings nothing back.
  const query = sql.updateTable('users').set(columns).where('id', '=', userId)
  await query.where('erased_at', 'is', null).execute()
}

/** What is personal in a user's row, with nothing in it: for all who take it out, so that none forgets a column. */
export const blankPersonalColumns = {
  nickname: '',
  avatar_url: '',
  gender: 0,
  city: '',
  province: '',
  country: '',
  language: '',
  unverified_phone: null,
  verified_phone: null,
  verified_phone_hash: null,
  phone_from: null,
  person_key: null,
} as const

/**
 * Forgets the profiles and the phone numbers of a user and of all that went into it; what was set in an application
 * stays. Returns the keys that no row names from here on: they are to be destroyed once this is committed.
 */
export async function clearPersonalData(sql: Sql, userIds: readonly number[]): Promise<Buffer[]> {
  const query = sql.selectFrom('users').select('person_key').where('id', 'in', userIds).orderBy('id')
  const rows = await (engineOf<Tables>(sql) === 'postgres' ? query.forUpdate() : query).execute()
  await sql.updateTable('users').set(blankPersonalColumns).where('id', 'in', userIds).execute()
  return rows.flatMap(({ person_key: key }) => (key === null ? [] : Buffer.from(key)))
}

/** The user and all that were merged into it; uses the index on merged_into. */
export async function listUserIds(sql: Sql, userId: number): Promise<number[]> {
  const found = [userId]
  for (let fresh = [userId]; fresh.length > 0; ) {
    const rows = await sql.selectFrom('users').select('id').where('merged_into', 'in', fresh).execute()
    fresh = rows.map(({ id }) => id)
    found.push(...fresh)
  }
  return found
}

/** The user stays as a row that points to the one it went into, so that the merge can be undone. */
export async function markMerged(sql: Sql, userId: number, into: number): Promise<void> {
  await sql.updateTable('users').set({ merged_into: into, union_id: null }).where('id', '=', userId).execute()
}

/** False where the user is not merged into that one, or no longer. */
export async function unmarkMerged(sql: Sql, userId: number, from: number): Promise<boolean> {
  const result = await sql
    .updateTable('users')
    .set({ merged_into: null })
    .where('id', '=', userId)
    .where('merged_into', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function findTenantOfUser(sql: Sql, userId: number): Promise<number | null> {
  const query = sql.selectFrom('users').select('tenant_id').where('id', '=', userId)
  return (await query.executeTakeFirst())?.tenant_id ?? null
}

export async function findUnionId(sql: Sql, userId: number): Promise<string | null> {
  const query = sql.selectFrom('users').select('union_id').where('id', '=', userId)
  return (await query.executeTakeFirst())?.union_id ?? null
}
