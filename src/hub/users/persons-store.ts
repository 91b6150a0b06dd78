import type { Database, Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Profile } from './profile.ts'
import { parseSettings, type Settings } from './settings.ts'
import { unsealVerifiedPhone } from './verified-phone.ts'

/** All that is known of a user. Unless it is verified, `phone` is as the user typed it: nobody checked that it is theirs. */
export type Person = {
  profile: Profile
  settings: Partial<Settings>
  phone: string | null
  isPhoneVerified: boolean
}

export async function findPerson(sql: Sql, sealed: SealedColumns, userId: number): Promise<Person | null> {
  const row = await sql
    .selectFrom('users')
    .select(['nickname', 'avatar_url', 'gender', 'city', 'province', 'country', 'language'])
    .select(['settings', 'unverified_phone', 'verified_phone'])
    .where('id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) return null
  const { avatar_url, settings, unverified_phone: typed, verified_phone: verified, ...others } = row
  const phone = typed === null ? null : sealed.unseal('users.unverified_phone', String(userId), typed)
  return {
    profile: { ...others, avatarUrl: avatar_url },
    settings: parseSettings(settings),
    phone: verified === null ? phone : unsealVerifiedPhone(sealed, userId, verified).phone,
    isPhoneVerified: verified !== null,
  }
}

export async function findSettings(sql: Sql, userId: number): Promise<Partial<Settings>> {
  const query = sql.selectFrom('users').select('settings').where('id', '=', userId)
  return parseSettings((await query.executeTakeFirst())?.settings ?? null)
}

/** Holds the user's row until the transaction ends, so that of two changes at once none is lost. */
export async function lockSettings(
  database: Database,
  sql: Sql,
  userId: number,
): Promise<Partial<Settings> | null> {
  let query = sql.selectFrom('users').select('settings').where('id', '=', userId)
  // On SQLite the transaction as a whole is the lock.
  if (database.engine === 'postgres') query = query.forUpdate()
  const row = await query.executeTakeFirst()
  return row === undefined ? null : parseSettings(row.settings)
}

export async function updateSettings(sql: Sql, userId: number, settings: Partial<Settings>): Promise<void> {
  await sql
    .updateTable('users')
    .set({ settings: JSON.stringify(settings) })
    .where('id', '=', userId)
    .execute()
}

/** Keeps what the user typed, unless a verified number is known: it never takes that one's place. */
export async function updatePhone(
  sql: Sql,
  sealed: SealedColumns,
  userId: number,
  phone: string,
): Promise<void> {
  await sql
    .updateTable('users')
    .set({ unverified_phone: sealed.seal('users.unverified_phone', String(userId), phone) })
    .where('id', '=', userId)
    .where('verified_phone', 'is', null)
    .execute()
}
