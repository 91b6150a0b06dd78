import { type Kysely, type SqlBool, sql } from 'kysely'

/** By which the payments of a person are found, for export and erasure. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('payments_by_open_id')
    .on('payments')
    .columns(['app_id', 'open_id'])
    .where(sql<SqlBool>`open_id is not null`)
    .execute()
}
