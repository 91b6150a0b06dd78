import { type Kysely, sql } from 'kysely'
import { columnTypes } from './column-types.ts'

/** Whose audit rows are whose, and where the change was asked for; nothing changes or removes them. */
export async function up(db: Kysely<unknown>): Promise<void> {
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
