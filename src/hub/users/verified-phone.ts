import type { Database, Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { HubError } from '../errors.ts'
import { lockUserOfIdentity } from './identities-store.ts'

/** A number that WeChat vouches for: mainland numbers plain, others as in E.164. `countryCode` has no plus. */
export type VerifiedPhone = { phone: string; countryCode: string }

type HashedPhone = VerifiedPhone & { hash: Uint8Array }

/**
 * Keeps the number for whoever the identity belongs to now: since the session was looked at, its user may have
 * been merged into another. What the user typed before is dropped.
 */
export async function keepVerifiedPhone(
  { database, sealed }: { database: Database; sealed: SealedColumns },
  identityId: number,
  phone: HashedPhone,
): Promise<void> {
  await database.transaction(async (sql) => {
    const userId = await lockUserOfIdentity(database, sql, identityId)
    if (userId === null) throw new HubError('user_gone', 'the user was removed')
    await updateVerifiedPhone(sql, sealed, userId, phone)
    await sql.updateTable('users').set({ unverified_phone: null }).where('id', '=', userId).execute()
  })
}

/** Whether the number with this hash is the verified one of the identity's user already. */
export async function isVerifiedPhone(sql: Sql, identityId: number, hash: Uint8Array): Promise<boolean> {
  const row = await sql
    .selectFrom('identities as i')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .select('u.id')
    .where('i.id', '=', identityId)
    .where('u.verified_phone_hash', '=', hash)
    .executeTakeFirst()
  return row !== undefined
}

/** Stored sealed, with a keyed hash to compare it by. */
async function updateVerifiedPhone(
  sql: Sql,
  sealed: SealedColumns,
  userId: number,
  { phone, countryCode, hash }: HashedPhone,
): Promise<void> {
  const text = JSON.stringify({ phone, countryCode })
  await sql
    .updateTable('users')
    .set({
      verified_phone: sealed.seal('users.verified_phone', String(userId), text),
      verified_phone_hash: hash,
    })
    .where('id', '=', userId)
    .execute()
}

export function unsealVerifiedPhone(sealed: SealedColumns, userId: number, value: Uint8Array): VerifiedPhone {
  const text = sealed.unseal('users.verified_phone', String(userId), value)
  return JSON.parse(text) as VerifiedPhone // sealed by updateVerifiedPhone
}

/** Gives a user the verified number of another of the same tenant. What it typed stays beneath: it may be taken back. */
export async function copyVerifiedPhone(
  sql: Sql,
  sealed: SealedColumns,
  to: number,
  from: number,
): Promise<void> {
  const query = sql.selectFrom('users').select(['verified_phone', 'verified_phone_hash'])
  const row = await query.where('id', '=', from).executeTakeFirst()
  if (row?.verified_phone == null || row.verified_phone_hash === null) return
  const phone = unsealVerifiedPhone(sealed, from, row.verified_phone)
  await updateVerifiedPhone(sql, sealed, to, { ...phone, hash: row.verified_phone_hash })
}

/** Takes back from a user the verified number that is another's. */
export async function dropVerifiedPhoneOf(sql: Sql, userId: number, other: number): Promise<void> {
  const others = sql.selectFrom('users').select('verified_phone_hash').where('id', '=', other)
  await sql
    .updateTable('users')
    .set({ verified_phone: null, verified_phone_hash: null })
    .where('id', '=', userId)
    .where('verified_phone_hash', '=', others)
    .execute()
}
