import { isBelieved } from '../belief.ts'
import { createBoundedMap } from '../bounded-map.ts'
import { beliefMs } from '../setup/setup.ts'
import type { StoredCode } from './qr-codes-store.ts'

const maxCached = 5000

/** Codes as the database had them a moment ago. */
export function createCodeCache(now: () => number) {
  const cache = createBoundedMap<string, { code: StoredCode; readAt: number }>(maxCached)
  /** Under which name an image is cached. */
  const names = createBoundedMap<string, string>(maxCached)

  return {
    recall(name: string): StoredCode | null {
      const cached = cache.get(name)
      return cached !== undefined && isBelieved(cached.readAt, now(), beliefMs) ? cached.code : null
    },

    keep(name: string, code: StoredCode): void {
      cache.set(name, { code, readAt: now() })
      names.set(code.hash, name)
    },

    /** The image with this hash is not there. */
    forgetImage(hash: string): void {
      const name = names.get(hash)
      if (name !== undefined) cache.delete(name)
    },
  }
}
