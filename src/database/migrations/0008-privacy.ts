import { type Kysely, type SqlBool, sql } from 'kysely'
import { columnTypes } from './column-types.ts'

/** The audit log for good, and the erasure of persons. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await closeAuditLog(db)
  await addErasures(db)
  await addRetentionIndexes(db)
}

/** Whose entries are whose, and where the change was asked for; nothing changes or removes them. */
async function closeAuditLog(db: Kysely<unknown>): Promise<void> {
  const { int, isPostgres } = columnTypes(db)
  await db.schema.alterTable('audit_log').addColumn('address', 'text').execute()
  await db.schema.alterTable('audit_log').addColumn('tenant_id', int).execute()
  await db.schema.createIndex('audit_log_by_tenant_id').on('audit_log').columns(['tenant_id', 'id']).execute()
  await (isPostgres ? refuseChangesOnPostgres(db) : refuseChangesOnSqlite(db))
}

async function refuseChangesOnSqlite(db: Kysely<unknown>): Promise<void> {
  for (const change of ['update', 'delete']) {
    await sql`create trigger ${sql.id(`audit_log_no_${change}`)} before ${sql.raw(change)} on audit_log
      begin select raise(abort, 'the audit log is append-only'); end`.execute(db)
  }
}

async function refuseChangesOnPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`create function refuse_audit_change() returns trigger language plpgsql as
    $$ begin raise exception 'the audit log is append-only'; end $$`.execute(db)
  await sql`create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_audit_change()`.execute(db)
}

async function addErasures(db: Kysely<unknown>): Promise<void> {
  const { int, withId } = columnTypes(db)
  await db.schema.alterTable('users').addColumn('erased_at', int).execute()
  await withId(db.schema.createTable('erasures'))
    .addColumn('user_id', int, (c) => c.notNull().unique().references('users.id'))
    .addColumn('tenant_id', int, (c) => c.notNull())
    .addColumn('receipt_id', 'text', (c) => c.notNull().unique())
    .addColumn('erased_at', int, (c) => c.notNull())
    .addColumn('keys_backup_lapses_at', int, (c) => c.notNull())
    .addColumn('keys_to_destroy', 'text')
    .execute()
  await db.schema
    .createIndex('erasures_unfinished')
    .on('erasures')
    .column('id')
    .where(sql<SqlBool>`keys_to_destroy is not null`)
    .execute()
  // All that went into one user.
  await db.schema
    .createIndex('users_by_merged_into')
    .on('users')
    .column('merged_into')
    .where(sql<SqlBool>`merged_into is not null`)
    .execute()
}

async function addRetentionIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('identities_by_unsubscribed')
    .on('identities')
    .column('subscription_told_at')
    .where(sql<SqlBool>`subscribed_at is null and subscription_told_at is not null`)
    .execute()
}
