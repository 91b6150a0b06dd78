import { createSingleFlight } from '../single-flight.ts'

// Beyond this a repeated code is answered from the database.
const maxKept = 20_000

/** Shares the work for one code among all who bring it at once, and keeps its success for a while. */
export function createCodeMemo<T>(options: { keepMs: number; now: () => number; onJoin: () => void }) {
  const { keepMs, now, onJoin } = options
  const flights = createSingleFlight<T>(onJoin)
  const kept = new Map<string, { value: T; until: number }>()

  // All are kept equally long, so the map is in order of their ends.
  function forgetOld(): void {
    for (const [key, { until }] of kept) {
      if (until > now()) return
      kept.delete(key)
    }
  }

  function forgetOldest(): void {
    for (const key of kept.keys()) {
      kept.delete(key)
      return
    }
  }

  return {
    async run(key: string, work: () => Promise<T>): Promise<T> {
      forgetOld()
      const known = kept.get(key)
      if (known !== undefined) {
        onJoin()
        return known.value
      }
      return flights.run(key, async () => {
        const value = await work()
        if (kept.size >= maxKept) forgetOldest()
        kept.set(key, { value, until: now() + keepMs })
        return value
      })
    },
  }
}
