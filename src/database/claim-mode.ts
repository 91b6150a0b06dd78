import type { Database } from './database.ts'

/**
 * Marks a new database as sandbox or live, and refuses one that is marked otherwise: real users and
 * make-believe ones never meet.
 */
export async function claimMode(database: Database, mode: 'sandbox' | 'live'): Promise<void> {
  const name = 'wechat_mode'
  await database.sql
    .insertInto('settings')
    .values({ name, value: mode })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const row = await database.sql
    .selectFrom('settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  if (row?.value !== mode) {
    throw new Error(`the database belongs to a ${row?.value} hub, and WEHUB_WECHAT says ${mode}`)
  }
}
