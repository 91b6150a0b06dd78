import type { Kysely } from 'kysely'

/** A seldom action, or an actor who did little, is found without a walk through the whole log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['action', 'actor']) {
    await db.schema.createIndex(`audit_log_by_${column}`).on('audit_log').columns([column, 'id']).execute()
  }
}
