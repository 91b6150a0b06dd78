import type { Database } from '../../database/database.ts'
import { type AuditQuery, type AuditRow, listAuditEntries } from './audit-store.ts'

export type Audit = ReturnType<typeof createAudit>

/** Whose entries a caller may see; null: everybody's. */
type Reach = { tenantId: number | null; apps: ReadonlySet<string> | null }

const everything: Reach = { tenantId: null, apps: null }

/** What was changed here, by whom, from where. Nothing removes an entry. */
export function createAudit({ database }: { database: Database }) {
  return {
    /** Newest first. Who is limited to apps sees what was done to these apps, and to nothing else of their tenant. */
    list(wanted: AuditQuery, { tenantId, apps }: Reach = everything): Promise<AuditRow[]> {
      const subjects = apps === null ? null : [...apps].map((appId) => `app:${appId}`)
      return listAuditEntries(database.sql, { tenantId, subjects }, wanted)
    },
  }
}
