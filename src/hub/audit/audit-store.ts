import type { Sql } from '../../database/database.ts'

/** Who did what to which thing. Never a secret or personal data: `detail` names rows by their ids. */
export type AuditEntry = { at: number; actor: string; action: string; subject: string; detail: unknown }

/** The hub itself, where no person and no key asked for a change. */
export const systemActor = 'system'

export async function insertAuditEntry(sql: Sql, entry: AuditEntry): Promise<void> {
  await sql
    .insertInto('audit_log')
    .values({ ...entry, detail: JSON.stringify(entry.detail) })
    .execute()
}

/** What was noted of an action upon a subject, newest first; uses the index on subject. */
export async function findAuditDetails(sql: Sql, action: string, subject: string): Promise<unknown[]> {
  const rows = await sql
    .selectFrom('audit_log')
    .select('detail')
    .where('subject', '=', subject)
    .where('action', '=', action)
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => JSON.parse(row.detail))
}
