import type { Kysely } from 'kysely'
import { columnTypes } from './column-types.ts'

/** The message gateway: its settings per app, what arrived through it, and who follows an account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { bytes, int, withId } = columnTypes(db)
  await db.schema.alterTable('apps').addColumn('gateway_mode', 'text').execute()
  for (const name of ['gateway_token', 'gateway_aes_key', 'gateway_previous_aes_key']) {
    await db.schema.alterTable('apps').addColumn(name, bytes).execute()
  }
  await db.schema.alterTable('apps').addColumn('verify_files', 'text').execute()
  for (const name of ['subscribed_at', 'subscription_told_at']) {
    await db.schema.alterTable('identities').addColumn(name, int).execute()
  }
  await withId(db.schema.createTable('messages'))
    .addColumn('app_id', 'text', (c) => c.notNull().references('apps.app_id').onDelete('cascade'))
    .addColumn('dedupe_key', bytes, (c) => c.notNull())
    .addColumn('open_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('event', 'text')
    .addColumn('created_at', int, (c) => c.notNull())
    .addColumn('received_at', int, (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .addUniqueConstraint('messages_dedupe_key', ['app_id', 'dedupe_key'])
    .execute()
  // For pages of one app, and for all that one person ever sent.
  await db.schema.createIndex('messages_by_app_id').on('messages').columns(['app_id', 'id']).execute()
  await db.schema
    .createIndex('messages_by_open_id')
    .on('messages')
    .columns(['app_id', 'open_id', 'id'])
    .execute()
}
