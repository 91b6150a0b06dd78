import type { Database, Sql } from '../../database/database.ts'
import { clearCredentials } from '../users/identities-store.ts'
import { clearPersonalData } from '../users/users-store.ts'
import { findLastIdBefore } from '../webhooks/outgoing-messages-store.ts'
import {
  deleteMessages,
  isInUse,
  listUnsubscribed,
  settleUnsubscribed,
  type Unsubscribed,
} from './retention-store.ts'

/** How long is kept what nobody asked to be removed; 0: for good. */
export type RetentionTimes = { messagesMs: number; unsubscribedMs: number }

type Deps = { database: Database; times: RetentionTimes; now: () => number }

/** What goes by itself, beyond what each concept purges of its own. */
export function createRetention({ database, times, now }: Deps) {
  return {
    /** Removes up to `limit` messages that are too old. Returns how many. */
    async purgeMessages(limit: number): Promise<number> {
      if (times.messagesMs === 0) return 0
      const before = now() - times.messagesMs
      const upToId = await findLastIdBefore(database.sql, before)
      return deleteMessages(database.sql, { upToId, before, limit })
    },

    /**
     * Forgets profile, phone numbers and credentials of up to `limit` users who stopped following long ago and are
     * not known by anything else. Returns how many it looked at.
     */
    async forgetUnsubscribed(limit: number): Promise<number> {
      if (times.unsubscribedMs === 0) return 0
      const before = now() - times.unsubscribedMs
      return database.transaction(async (sql) => {
        const found = await listUnsubscribed(sql, before, limit)
        for (const one of found) await forget(sql, one, now())
        return found.length
      })
    },
  }
}

/** Who is still known by something else is looked at again after the same time. */
async function forget(sql: Sql, { identityId, userId }: Unsubscribed, now: number): Promise<void> {
  if (await isInUse(sql, userId)) return settleUnsubscribed(sql, identityId, now)
  await clearCredentials(sql, identityId)
  await clearPersonalData(sql, userId)
  await settleUnsubscribed(sql, identityId, null)
}
