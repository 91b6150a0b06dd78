import type { Database, Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { App } from '../apps/app.ts'
import { listApps } from '../apps/apps-store.ts'
import type { Mount } from '../mounts/mount.ts'
import { listMounts } from '../mounts/mounts-store.ts'
import { createSingleFlight } from '../single-flight.ts'
import { bumpRevision, findRevision } from './setup-store.ts'

/** What operators set up, as of `revision`. */
export type Snapshot = { revision: string | null; apps: ReadonlyMap<string, App>; mounts: readonly Mount[] }

export type Setup = ReturnType<typeof createSetup>

/** How long a node may believe what it holds in memory of the database. */
export const beliefMs = 1000

const empty: Snapshot = { revision: null, apps: new Map(), mounts: [] }

/**
 * Apps and mounts are few and asked for by every request, so each node keeps all of them in memory. A
 * revision in the database says when they changed: a job looks every few hundred milliseconds, and whoever
 * finds the look older than `beliefMs` looks again first.
 */
export function createSetup(deps: { database: Database; sealed: SealedColumns; now: () => number }) {
  const { database, sealed, now } = deps
  const looks = createSingleFlight<void>()
  let snapshot = empty
  let lookedAt = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    const startedAt = now()
    const revision = await findRevision(database.sql)
    if (revision !== snapshot.revision || snapshot === empty) {
      const apps = await listApps(database.sql, sealed)
      const mounts = await listMounts(database.sql)
      snapshot = { revision, apps: new Map(apps.map((app) => [app.appId, app])), mounts }
    }
    lookedAt = startedAt
  }

  return {
    /** Looks whether something changed, and reads it if so. */
    refresh: () => looks.run('look', look),

    /** The set-up, at most `beliefMs` old. */
    async current(): Promise<Snapshot> {
      if (now() - lookedAt > beliefMs) await looks.run('look', look)
      return snapshot
    },

    /** The set-up as last read, for where nothing can be awaited. */
    last: (): Snapshot => snapshot,

    /** Runs a change of the set-up in one transaction; in force here at once, elsewhere within a second. */
    async change<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
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
