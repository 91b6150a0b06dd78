import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import { lockPersonRows } from '../people/person-rows-store.ts'
import { tryAgain } from '../people/try-again.ts'
import { clearCredentials } from '../users/identities-store.ts'
import { keepSubscriptions } from '../users/subscription-store.ts'
import { clearPersonalData } from '../users/users-store.ts'
import { findLastIdBefore } from '../webhooks/outgoing-messages-store.ts'
import {
  deleteMessages,
  isInUse,
  isUnsubscribed,
  listOldMessages,
  listUnsubscribed,
  settleUnsubscribed,
  type Unsubscribed,
} from './retention-store.ts'

/** How long is kept what nobody asked to be removed; 0: for good. */
export type RetentionTimes = { messagesMs: number; unsubscribedMs: number }

type Deps = {
  database: Database
  personKeys: Pick<PersonKeys, 'destroy'>
  times: RetentionTimes
  now: () => number
}

/** What goes by itself, beyond what each concept purges of its own. */
export function createRetention({ database, personKeys, times, now }: Deps) {
  /** The keys that go with what was forgotten. Who is still known by something else is looked at again after the same time. */
  function forget({ identityId, userId }: Unsubscribed, before: number): Promise<Buffer[]> {
    return database.transaction(async (sql) => {
      const { userIds, identities } = await lockPersonRows(database, sql, userId)
      if (!(await isUnsubscribed(sql, identityId, before))) return []
      const isKept = await isInUse(sql, userId)
      await settleUnsubscribed(sql, identityId, isKept ? now() : null)
      if (isKept) return []
      for (const { id } of identities) await clearCredentials(sql, id)
      return clearPersonalData(sql, userIds)
    })
  }

  return {
    /** Removes up to `limit` messages that are too old. Returns how many. */
    async purgeMessages(limit: number): Promise<number> {
      if (times.messagesMs === 0) return 0
      const before = now() - times.messagesMs
      const upToId = await findLastIdBefore(database.sql, before)
      return database.transaction(async (sql) => {
        const ids = await listOldMessages(sql, { upToId, before, limit })
        if (ids.length === 0) return 0
        await keepSubscriptions(sql, ids)
        await deleteMessages(sql, ids)
        return ids.length
      })
    },

    /**
     * Forgets profile, phone numbers and credentials of up to `limit` users who stopped following long ago and are
     * not known by anything else. Returns how many it looked at.
     */
    async forgetUnsubscribed(limit: number): Promise<number> {
      if (times.unsubscribedMs === 0) return 0
      const before = now() - times.unsubscribedMs
      const found = await listUnsubscribed(database.sql, before, limit)
      const keys: Buffer[] = []
      try {
        for (const one of found) keys.push(...(await tryAgain(() => forget(one, before))))
      } finally {
        // As in an erasure: the rows first. A process that dies in between leaves keys that no row names: a job's work.
        await personKeys.destroy(keys)
        if (keys.length > 0) await database.emptyLog()
      }
      return found.length
    },
  }
}
