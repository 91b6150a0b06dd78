import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import { listNamedKeys } from './named-keys-store.ts'

type Deps = { database: Database; personKeys: Pick<PersonKeys, 'listOld' | 'destroy'>; now: () => number }

/** A key is made before the row that names it: by then that is written, or never will be. */
const marginMs = 24 * 60 * 60 * 1000

/**
 * Destroys keys of persons that no row names: their row was never written, or let go of them before its process died.
 * What they sealed is nowhere but in backups.
 */
export function createOrphanKeys({ database, personKeys, now }: Deps) {
  let after: Uint8Array = Buffer.alloc(0)

  return {
    /** Looks at the next `limit` keys, from the first one again behind the last. Returns how many it looked at. */
    async destroy(limit: number): Promise<number> {
      const ids = await personKeys.listOld({ after, before: now() - marginMs, limit })
      after = (ids.length < limit ? undefined : ids.at(-1)) ?? Buffer.alloc(0)
      if (ids.length === 0) return 0
      const named = await listNamedKeys(database.sql, ids)
      await personKeys.destroy(ids.filter((id) => !named.has(Buffer.from(id).toString('hex'))))
      return ids.length
    },
  }
}
