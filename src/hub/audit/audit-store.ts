import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'
import type { Actor } from './actor.ts'

/**
 * Who did what to which thing. Never a secret or personal data: `detail` names rows by their ids. `tenantId` says
 * whose keys may read it; null: only those of the whole instance.
 */
export type AuditEntry = {
  at: number
  actor: Actor
  action: string
  subject: string
  tenantId: number | null
  detail: unknown
}

export type AuditRow = AuditEntry & { id: number }

export type AuditQuery = {
  action?: string | undefined
  subject?: string | undefined
  actor?: string | undefined
  /** Unix milliseconds; `to` is not included. */
  from?: number | undefined
  to?: number | undefined
  before: number | null
  limit: number
}

/** Whose entries are looked at: those of one tenant, of some subjects, or all (null). */
export type AuditReach = { tenantId: number | null; subjects: readonly string[] | null }

/** The only way into the log; the database refuses to change or remove what is in it. */
export async function insertAuditEntry(sql: Sql, { actor, detail, ...entry }: AuditEntry): Promise<void> {
  await insertStatement(sql, { ...entry, ...actor, detail: JSON.stringify(detail) })
}

type InsertValues = Omit<AuditEntry, 'actor' | 'detail'> & Actor & { detail: string }

const insertStatement = createStatement<InsertValues>()((sql, param) =>
  sql.insertInto('audit_log').values({
    at: param('at'),
    actor: param('name'),
    address: param('address'),
    action: param('action'),
    subject: param('subject'),
    tenant_id: param('tenantId'),
    detail: param('detail'),
  }),
)

/** All that was done to these things, oldest first; uses the index on subject. */
export async function listEntriesAbout(sql: Sql, subjects: readonly string[]): Promise<AuditRow[]> {
  const rows = await sql
    .selectFrom('audit_log')
    .selectAll()
    .where('subject', 'in', subjects)
    .orderBy('id')
    .execute()
  return rows.map(toAuditRow)
}

/** Newest first. Uses the indexes on tenant_id, subject, action and actor, each with the id. */
export async function listAuditEntries(sql: Sql, reach: AuditReach, wanted: AuditQuery): Promise<AuditRow[]> {
  const { action, subject, actor, from, to, before, limit } = wanted
  let query = sql.selectFrom('audit_log').selectAll()
  if (reach.tenantId !== null) query = query.where('tenant_id', '=', reach.tenantId)
  if (reach.subjects !== null) query = query.where('subject', 'in', reach.subjects)
  if (action !== undefined) query = query.where('action', '=', action)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  if (before !== null) query = query.where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toAuditRow)
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

type StoredEntry = {
  id: number
  at: number
  actor: string
  address: string | null
  action: string
  subject: string
  tenant_id: number | null
  detail: string
}

function toAuditRow({ actor: name, address, tenant_id: tenantId, detail, ...row }: StoredEntry): AuditRow {
  return { ...row, actor: { name, address }, tenantId, detail: JSON.parse(detail) }
}
