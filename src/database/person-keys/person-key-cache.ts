import type { PersonKey } from './person-keys.ts'

const maxCached = 10_000
const beliefMs = 800

type Deps = { countDestructions: () => Promise<number>; now: () => number }

/** Opened keys, the 10,000 newest. Another node may have destroyed some: they are believed for 0.8 s. */
export function createPersonKeyCache({ countDestructions, now }: Deps) {
  const cache = new Map<string, PersonKey>()
  // Grows when the cache is emptied: a key that was read before must not get in after.
  let generation = 0
  let destructions = 0
  let lookedAt = Number.NEGATIVE_INFINITY

  function clear(): void {
    generation += 1
    cache.clear()
  }

  return {
    clear,

    /** To be awaited before `get`. Returns what `set` must be given with the keys that are read from now on. */
    async look(): Promise<number> {
      const lookingAt = now()
      const age = lookingAt - lookedAt
      if (age >= 0 && age < beliefMs) return generation
      const count = await countDestructions()
      if (count !== destructions) clear()
      destructions = count
      lookedAt = lookingAt
      return generation
    },

    get: (hexId: string): PersonKey | undefined => cache.get(hexId),

    set(hexId: string, key: PersonKey, readIn: number): void {
      if (readIn !== generation) return
      const [oldest] = cache.keys()
      if (cache.size >= maxCached && oldest !== undefined) cache.delete(oldest)
      cache.set(hexId, key)
    },
  }
}
