import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Database } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Secret } from '../../secret.ts'
import { isBelieved } from '../belief.ts'
import { createBoundedMap } from '../bounded-map.ts'
import { findSessionKeys } from './identities-store.ts'
import { listSessionKeys } from './session-keys.ts'

/** A session key as WeChat's base64 text, and ready to decrypt with. */
export type OpeningKey = { text: Secret; key: KeyObject }

type Deps = { database: Database; sealed: SealedColumns; now: () => number }

// As long as sessions are believed: whose session ended decrypts no more.
const beliefMs = 800
const maxCached = 5000

/**
 * Session keys of identities, unsealed and for a moment remembered. A login elsewhere may have added one
 * meanwhile: whoever finds none of the recalled ones to fit reads them anew.
 */
export function createSessionKeyCache({ database, sealed, now }: Deps) {
  const cache = createBoundedMap<number, { keys: OpeningKey[]; readAt: number }>(maxCached)
  // Keys that were read before a login and arrive after it must not be remembered.
  let changes = 0

  return {
    recall(identityId: number): OpeningKey[] | null {
      const cached = cache.get(identityId)
      return cached !== undefined && isBelieved(cached.readAt, now(), beliefMs) ? cached.keys : null
    },

    async read(identityId: number): Promise<OpeningKey[]> {
      const readAt = now()
      const changesBefore = changes
      const stored = await findSessionKeys(database.sql, identityId)
      const keys = listSessionKeys(sealed, identityId, stored, readAt).map(({ key }) => toOpeningKey(key))
      if (keys.length === 0) cache.delete(identityId)
      else if (changes === changesBefore) cache.set(identityId, { keys, readAt })
      return keys
    },

    forget(identityId: number): void {
      changes += 1
      cache.delete(identityId)
    },
  }
}

/** The key object costs 1 µs, decrypting with bytes in its place 10 µs more each time. */
function toOpeningKey(text: Secret): OpeningKey {
  return { text, key: createSecretKey(text.reveal(), 'base64') }
}
