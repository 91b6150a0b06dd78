import type { Sql } from '../../database/database.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'

type Noted = {
  at: number
  actor: Actor
  action: string
  member: { id: number; tenantId: number }
  /** Ids and names of fields, never their values. */
  detail?: object
}

export async function noteMember(sql: Sql, { at, actor, action, member, detail = {} }: Noted): Promise<void> {
  const { id, tenantId } = member
  await insertAuditEntry(sql, { at, actor, action, subject: `member:${id}`, tenantId, detail })
}
