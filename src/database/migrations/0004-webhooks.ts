import { type Kysely, type SqlBool, sql } from 'kysely'
import { columnTypes } from './column-types.ts'

/** Who is told of messages, and how far each delivery has come. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { bytes, int, withId, withoutRowid } = columnTypes(db)
  await withId(db.schema.createTable('webhooks'))
    .addColumn('tenant_id', int, (c) => c.notNull().references('tenants.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('secret', bytes, (c) => c.notNull())
    .addColumn('former_secret', bytes)
    .addColumn('former_secret_until', int)
    .addColumn('apps', 'text')
    .addColumn('kinds', 'text')
    .addColumn('events', 'text')
    .addColumn('failing_since', int)
    .addColumn('disabled_at', int)
    .addColumn('created_at', int, (c) => c.notNull())
    .execute()
  // Refers to no webhook by a key: a push must not fail because one was removed a moment ago. What is left
  // over is purged.
  await db.schema
    .createTable('deliveries')
    .addColumn('message_id', int, (c) => c.notNull().references('messages.id').onDelete('cascade'))
    .addColumn('webhook_id', int, (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', int, (c) => c.notNull().defaultTo(0))
    .addColumn('next_attempt_at', int)
    .addColumn('claims', int, (c) => c.notNull().defaultTo(0))
    .addColumn('replays', int, (c) => c.notNull().defaultTo(0))
    .addColumn('recent_attempts', 'text')
    .addColumn('created_at', int, (c) => c.notNull())
    .addColumn('delivered_at', int)
    .addPrimaryKeyConstraint('deliveries_key', ['message_id', 'webhook_id'])
    .modifyEnd(withoutRowid)
    .execute()
  // For the pages of one webhook.
  await db.schema
    .createIndex('deliveries_by_webhook_id')
    .on('deliveries')
    .columns(['webhook_id', 'message_id'])
    .execute()
  // Holds what is still to be done, and nothing else.
  await db.schema
    .createIndex('deliveries_by_next_attempt_at')
    .on('deliveries')
    .columns(['webhook_id', 'next_attempt_at'])
    .where(sql<SqlBool>`next_attempt_at is not null`)
    .execute()
}
