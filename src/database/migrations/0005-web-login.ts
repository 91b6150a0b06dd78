import type { Kysely } from 'kysely'
import { columnTypes } from './column-types.ts'

/** Web logins under way: see src/hub/web-oauth. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { bytes, int, withoutRowid } = columnTypes(db)
  await db.schema
    .createTable('oauth_states')
    .addColumn('state_hash', bytes, (c) => c.primaryKey())
    .addColumn('mount_id', int, (c) => c.notNull().references('mounts.id').onDelete('cascade'))
    .addColumn('browser_hash', bytes, (c) => c.notNull())
    .addColumn('return_url', 'text')
    .addColumn('expires_at', int, (c) => c.notNull())
    .addColumn('code_hash', bytes, (c) => c.unique())
    .addColumn('lease_until', int, (c) => c.notNull().defaultTo(0))
    .addColumn('outcome', 'text')
    .addColumn('identity_id', int, (c) => c.references('identities.id').onDelete('cascade'))
    .addColumn('done_at', int)
    .modifyEnd(withoutRowid)
    .execute()
  for (const column of ['expires_at', 'mount_id', 'identity_id']) {
    await db.schema.createIndex(`oauth_states_by_${column}`).on('oauth_states').column(column).execute()
  }
}
