import type { Database, Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'
import type { Profile } from './profile.ts'
import { parseSettings, type Settings } from './settings.ts'
import type { PhoneRow } from './user-phones-store.ts'

export type PersonRow = { profile: Profile; settings: Partial<Settings>; phones: PhoneRow }

/** All that is stored of a user, with the phone numbers that count for them. */
export async function findPerson(sql: Sql, userId: number): Promise<PersonRow | null> {
  const [row] = await findStatement(sql, { userId })
  if (row === undefined) return null
  const { avatar_url, settings, holder, person_key: personKey, unverified, verified, ...others } = row
  return {
    profile: { ...others, avatarUrl: avatar_url },
    settings: parseSettings(settings),
    phones: { holder, personKey, unverified, verified },
  }
}

const findStatement = createStatement<{ userId: number }>()((sql, param) =>
  sql
    .selectFrom('users as u')
    .innerJoin('users as p', (join) =>
      join.on((is) => is('p.id', '=', is.fn.coalesce('u.phone_from', 'u.id'))),
    )
    .select(['u.nickname', 'u.avatar_url', 'u.gender', 'u.city', 'u.province', 'u.country', 'u.language'])
    .select(['u.settings', 'p.id as holder', 'p.person_key'])
    .select(['p.unverified_phone as unverified', 'p.verified_phone as verified'])
    .where('u.id', '=', param('userId')),
)

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
  query = query.where('erased_at', 'is', null)
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
