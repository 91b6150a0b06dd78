import type { Database } from '../../database/database.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { revokeChainsOfUser } from './chains-store.ts'

/** Ends all sessions of a user because somebody asked for it. Returns how many. */
export function revokeAllOfUser(
  database: Database,
  { id, tenantId }: { id: number; tenantId: number },
  actor: Actor,
  at: number,
): Promise<number> {
  return database.transaction(async (sql) => {
    const sessions = await revokeChainsOfUser(database, sql, id, at)
    const noted = { action: 'sessions.revoked', subject: `user:${id}`, tenantId, detail: { sessions } }
    await insertAuditEntry(sql, { ...noted, at, actor })
    return sessions
  })
}
