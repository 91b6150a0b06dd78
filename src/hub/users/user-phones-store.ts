import type { Database, Sql } from '../../database/database.ts'

/** The sealed phone numbers that count for a user: the user's own, or those of one that was merged into it. */
export type PhoneRow = {
  /** Whose row they stand in. */
  holder: number
  personKey: Uint8Array | null
  /** As the user typed it: nobody checked that it is theirs. */
  unverified: Uint8Array | null
  /** As WeChat told it. */
  verified: Uint8Array | null
}

export async function findPhones(sql: Sql, userId: number): Promise<PhoneRow | null> {
  const row = await sql
    .selectFrom('users as u')
    .innerJoin('users as p', (join) =>
      join.on((is) => is('p.id', '=', is.fn.coalesce('u.phone_from', 'u.id'))),
    )
    .select(['p.id', 'p.person_key', 'p.unverified_phone', 'p.verified_phone'])
    .where('u.id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) return null
  const { id: holder, person_key: personKey, unverified_phone: unverified, verified_phone: verified } = row
  return { holder, personKey, unverified, verified }
}

/** The user's own, whatever counts for them. */
export async function findOwnPhones(sql: Sql, userId: number): Promise<PhoneRow | null> {
  const row = await sql
    .selectFrom('users')
    .select(['person_key', 'unverified_phone', 'verified_phone'])
    .where('id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) return null
  const { person_key: personKey, unverified_phone: unverified, verified_phone: verified } = row
  return { holder: userId, personKey, unverified, verified }
}

/** Whether the number with this hash is the verified one of the identity's user already. */
export async function isVerifiedPhone(sql: Sql, identityId: number, hash: Uint8Array): Promise<boolean> {
  const row = await sql
    .selectFrom('identities as i')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .innerJoin('users as p', (join) =>
      join.on((is) => is('p.id', '=', is.fn.coalesce('u.phone_from', 'u.id'))),
    )
    .select('p.id')
    .where('i.id', '=', identityId)
    .where('p.verified_phone_hash', '=', hash)
    .executeTakeFirst()
  return row !== undefined
}

/** The name of a user's key until the transaction ends; undefined where there is no such user. */
export async function lockPersonKey(
  database: Database,
  sql: Sql,
  userId: number,
): Promise<Uint8Array | null | undefined> {
  let query = sql.selectFrom('users').select('person_key').where('id', '=', userId)
  query = query.where('erased_at', 'is', null)
  // On SQLite the transaction as a whole is the lock.
  if (database.engine === 'postgres') query = query.forUpdate()
  return (await query.executeTakeFirst())?.person_key
}

export type PhoneColumns = {
  unverified_phone?: Uint8Array | null
  verified_phone?: Uint8Array
  verified_phone_hash?: Uint8Array
  /** Null: what counts from now on is the user's own number. */
  phone_from?: null
}

export async function updatePhones(
  sql: Sql,
  userId: number,
  personKey: Uint8Array,
  phones: PhoneColumns,
): Promise<void> {
  await sql
    .updateTable('users')
    .set({ ...phones, person_key: personKey })
    .where('id', '=', userId)
    .execute()
}

/** Lets the number of a user that was merged into this one count as theirs; both rows stay sealed as they are. */
export async function updatePhoneFrom(sql: Sql, userId: number, holder: number | null): Promise<void> {
  await sql.updateTable('users').set({ phone_from: holder }).where('id', '=', userId).execute()
}

/** Takes back from a user the number that is another's: what it had typed itself is there again. */
export async function dropPhoneOf(sql: Sql, userId: number, other: number): Promise<void> {
  const phones = await findPhones(sql, other)
  if (phones === null) return
  await sql
    .updateTable('users')
    .set({ phone_from: null })
    .where('id', '=', userId)
    .where('phone_from', '=', phones.holder)
    .execute()
}

/** As `dropPhoneOf`, for merges of the time when numbers were copied. */
export async function dropCopiedPhoneOf(sql: Sql, userId: number, other: number): Promise<void> {
  const others = sql.selectFrom('users').select('verified_phone_hash').where('id', '=', other)
  await sql
    .updateTable('users')
    .set({ verified_phone: null, verified_phone_hash: null })
    .where('id', '=', userId)
    .where('verified_phone_hash', '=', others)
    .execute()
}

/** Users whose numbers are still sealed under a data key; uses the index that holds just those. */
export async function listPhonesToReseal(sql: Sql, limit: number): Promise<number[]> {
  const rows = await sql
    .selectFrom('users')
    .select('id')
    .where('person_key', 'is', null)
    .where((is) => is.or([is('unverified_phone', 'is not', null), is('verified_phone', 'is not', null)]))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
