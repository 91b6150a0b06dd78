import type { Kysely } from 'kysely'
import { columnTypes } from './column-types.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { bytes, int } = columnTypes(db)
  await db.schema
    .createTable('scenes')
    .addColumn('id', bytes, (c) => c.primaryKey())
    .addColumn('app_id', 'text', (c) => c.notNull().references('apps.app_id').onDelete('cascade'))
    .addColumn('scene', 'text', (c) => c.notNull())
    .addColumn('created_at', int, (c) => c.notNull())
    .execute()
  await db.schema.createIndex('scenes_by_app_id').on('scenes').column('app_id').execute()
  // By which the images are found that no code names.
  await db.schema.createIndex('qr_codes_by_content_hash').on('qr_codes').column('content_hash').execute()
}
