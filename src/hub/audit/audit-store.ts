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
