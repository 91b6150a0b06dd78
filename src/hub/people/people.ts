import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { followMerges } from '../users/search-users.ts'
import type { Users } from '../users/users.ts'
import { beginErasure, endErasure } from './erase-person.ts'
import { findErasure, listUnfinishedErasures, type Receipt } from './erasures-store.ts'
import { exportPerson } from './export-person.ts'

export type People = ReturnType<typeof createPeople>

type Deps = {
  database: Database
  personKeys: PersonKeys
  users: Users
  sessions: Pick<Sessions, 'forgetAll'>
  keyBackupMs: number
  now: () => number
}

const resumedAtOnce = 100
const maxTries = 4

/** What a person may ask for: everything that is held about them, or that it goes. */
export function createPeople(deps: Deps) {
  const { database, users, sessions, now } = deps

  /** Of those who are erased too. */
  async function getTenant(userId: number, tenantId: number | null): Promise<number> {
    const erased = await findErasure(database.sql, userId)
    const found = erased ?? (await users.find(userId))
    if (found === null || (tenantId !== null && found.tenantId !== tenantId)) {
      throw new HubError('not_found', 'no such person')
    }
    return found.tenantId
  }

  return {
    /** Throws not_found for who is not of this tenant (null: any), or was erased. */
    async export(userId: number, tenantId: number | null, actor: Actor) {
      const current = await followMerges(database.sql, userId)
      const own = await getTenant(current, tenantId)
      if ((await findErasure(database.sql, current)) !== null)
        throw new HubError('not_found', 'no such person')
      const held = await tryAgain(() => exportPerson(deps, current))
      const noted = { action: 'person.exported', subject: `user:${current}`, tenantId: own, detail: {} }
      await insertAuditEntry(database.sql, { ...noted, at: now(), actor })
      return held
    },

    /**
     * Erases the user, all that went into it and the members that it is bound to. The same receipt for whoever
     * asks again. Throws not_found.
     */
    async erase(userId: number, tenantId: number | null, actor: Actor): Promise<Receipt> {
      const current = await followMerges(database.sql, userId)
      const own = await getTenant(current, tenantId)
      const request = { userId: current, tenantId: own, actor }
      const erasure = await tryAgain(() => beginErasure(deps, request))
      sessions.forgetAll()
      await endErasure(deps, erasure)
      const { receiptId, erasedAt, keysBackupLapsesAt } = erasure
      return { receiptId, userId: current, erasedAt, keysBackupLapsesAt }
    },

    /** Goes on with what a process began and did not end. Returns how many it ended. */
    async resumeErasures(): Promise<number> {
      const unfinished = await listUnfinishedErasures(database.sql, resumedAtOnce)
      for (const erasure of unfinished) await endErasure(deps, erasure)
      return unfinished.length
    },
  }
}

/** A login or a merge that changes a person's rows at this moment is found done by the next try. */
async function tryAgain<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'conflict' || attempt === maxTries) throw error
    }
  }
}
