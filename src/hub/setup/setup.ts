import type { Database, Sql } from '../../database/database.ts'
import { isBelieved } from '../belief.ts'
import { createSingleFlight } from '../single-flight.ts'
import { bumpRevision, findRevision } from './setup-store.ts'

/** How long a node may believe what it holds in memory of the database. */
export const beliefMs = 1000

export type Setup<T> = {
  /** Looks whether something changed, and reads it if so. */
  refresh: () => Promise<void>
  /** The set-up, at most `beliefMs` old. */
  current: () => Promise<T>
  /** The set-up as last read, for where nothing can be awaited. */
  last: () => T
  /** Runs a change of the set-up in one transaction; in force here at once, elsewhere within a second. */
  change: <R>(work: (sql: Sql) => Promise<R>) => Promise<R>
}

type Deps<T> = { database: Database; load: (sql: Sql) => Promise<T>; empty: T; now: () => number }

/**
 * What operators set up (apps, mounts) is little and asked for by every request, so each node keeps all of
 * it in memory. A revision in the database says when it changed: a job looks every few hundred
 * milliseconds, and whoever finds the look older than `beliefMs` looks again first.
 */
export function createSetup<T>({ database, load, empty, now }: Deps<T>): Setup<T> {
  const looks = createSingleFlight<void>()
  let known: { revision: string | null; content: T } | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  let looksBegun = 0
  let newestLook = 0

  async function look(): Promise<void> {
    const startedAt = now()
    looksBegun += 1
    const number = looksBegun
    // The revision is read first: a change in between is read twice, never missed.
    const revision = await findRevision(database.sql)
    const isKnown = known !== null && revision === known.revision
    const read = isKnown ? known : { revision, content: await load(database.sql) }
    // One that began before a change and ends after it must not bring the former set-up back.
    if (number < newestLook) return
    newestLook = number
    known = read
    lookedAt = startedAt
  }

  const last = (): T => known?.content ?? empty

  return {
    refresh: () => looks.run('look', look),
    last,

    async current() {
      if (!isBelieved(lookedAt, now(), beliefMs)) await looks.run('look', look)
      return last()
    },

    async change(work) {
      const result = await database.transaction(async (sql) => {
        const done = await work(sql)
        await bumpRevision(sql)
        return done
      })
      await look()
      return result
    },
  }
}
