import { randomUUID } from 'node:crypto'
import type { Sql } from '../../database/database.ts'

const revisionName = 'setup_revision'

export async function findRevision(sql: Sql): Promise<string | null> {
  const query = sql.selectFrom('settings').select('value').where('name', '=', revisionName)
  return (await query.executeTakeFirst())?.value ?? null
}

/** Tells every node to read the set-up again; belongs into the transaction that changed it. */
export async function bumpRevision(sql: Sql): Promise<void> {
  const value = randomUUID()
  await sql
    .insertInto('settings')
    .values({ name: revisionName, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
