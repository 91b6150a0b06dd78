import type { Kysely } from 'kysely'
import { columnTypes } from './column-types.ts'

/** Merchants of WeChat Pay, and which apps each of them serves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { bytes, int, withoutRowid } = columnTypes(db)
  await db.schema
    .createTable('merchants')
    .addColumn('mchid', 'text', (c) => c.primaryKey())
    .addColumn('tenant_id', int, (c) => c.notNull().references('tenants.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('credential', bytes, (c) => c.notNull())
    .addColumn('created_at', int, (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('merchant_apps')
    .addColumn('mchid', 'text', (c) => c.notNull().references('merchants.mchid').onDelete('cascade'))
    .addColumn('app_id', 'text', (c) => c.notNull().references('apps.app_id').onDelete('cascade'))
    .addPrimaryKeyConstraint('merchant_apps_key', ['mchid', 'app_id'])
    .modifyEnd(withoutRowid)
    .execute()
  // For the removal of an app.
  await db.schema.createIndex('merchant_apps_by_app_id').on('merchant_apps').column('app_id').execute()
}
