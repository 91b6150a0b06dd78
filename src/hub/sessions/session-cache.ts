import type { Database } from '../../database/database.ts'
import { isBelieved } from '../belief.ts'
import { createBoundedMap } from '../bounded-map.ts'
import { findSession, type StoredSession } from './sessions-store.ts'

/** With a margin below the second that a revocation may take to be in force on every node. */
const sessionBeliefMs = 800
const maxCached = 20_000

/** Sessions as read from the database, each believed for a moment. */
export function createSessionCache({ database, now }: { database: Database; now: () => number }) {
  const cache = createBoundedMap<string, { session: StoredSession; readAt: number }>(maxCached)
  // A session that was read before a change and arrives after it must not be remembered.
  let changes = 0

  return {
    async find(hash: Buffer): Promise<StoredSession | null> {
      const key = hash.toString('latin1')
      const cached = cache.get(key)
      const readAt = now()
      if (cached !== undefined && isBelieved(cached.readAt, readAt, sessionBeliefMs)) return cached.session
      const changesBefore = changes
      const session = await findSession(database.sql, hash)
      if (session === null) cache.delete(key)
      else if (changes === changesBefore) cache.set(key, { session, readAt })
      return session
    },

    forget(hash: Buffer): void {
      changes += 1
      cache.delete(hash.toString('latin1'))
    },

    forgetAll(): void {
      changes += 1
      cache.clear()
    },
  }
}
