import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { findMember } from '../members/members-store.ts'
import { noteMember } from '../members/note-member.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { followMerges } from '../users/search-users.ts'
import type { Users } from '../users/users.ts'
import { beginErasure, beginErasureOfMember, endErasure } from './erase-person.ts'
import {
  type Erasure,
  findErasure,
  findErasureOfMember,
  listUnfinishedErasures,
  type Receipt,
} from './erasures-store.ts'
import { exportMember, exportPerson } from './export-person.ts'
import { createOrphanKeys } from './orphan-keys.ts'
import { tryAgain } from './try-again.ts'

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

/** What a person may ask for: everything that is held about them, or that it goes. */
export function createPeople(deps: Deps) {
  const { database, users, sessions, now } = deps
  const orphanKeys = createOrphanKeys(deps)

  /** Of those who are erased too. */
  async function getTenant(userId: number, tenantId: number | null): Promise<number> {
    const erased = await findErasure(database.sql, userId)
    const found = erased ?? (await users.find(userId))
    return requireTenant(found, tenantId)
  }

  async function getTenantOfMember(memberId: number, tenantId: number | null): Promise<number> {
    return requireTenant(await findMember(database.sql, memberId), tenantId)
  }

  async function end(erasure: Erasure): Promise<Receipt> {
    await endErasure(deps, erasure)
    const { receiptId, erasedAt, keysBackupLapsesAt } = erasure
    return { receiptId, erasedAt, keysBackupLapsesAt }
  }

  return {
    /** Throws not_found for who is not of this tenant (null: any), or was erased. */
    async export(userId: number, tenantId: number | null, actor: Actor) {
      const current = await followMerges(database.sql, userId)
      const own = await getTenant(current, tenantId)
      if ((await findErasure(database.sql, current)) !== null) throw nobody()
      const held = await tryAgain(() => exportPerson(deps, current))
      const noted = { action: 'person.exported', subject: `user:${current}`, tenantId: own, detail: {} }
      await insertAuditEntry(database.sql, { ...noted, at: now(), actor })
      return held
    },

    /**
     * Erases the user, all that went into it and the members that it is bound to. The same receipt for whoever
     * asks again. Throws not_found.
     */
    async erase(
      userId: number,
      tenantId: number | null,
      actor: Actor,
    ): Promise<Receipt & { userId: number }> {
      const current = await followMerges(database.sql, userId)
      const own = await getTenant(current, tenantId)
      const request = { userId: current, tenantId: own, actor }
      const erasure = await tryAgain(() => beginErasure(deps, request))
      sessions.forgetAll()
      return { ...(await end(erasure)), userId: current }
    },

    /** As `export`, for a member, whether a user is bound to it or not. */
    async exportMember(memberId: number, tenantId: number | null, actor: Actor) {
      const own = await getTenantOfMember(memberId, tenantId)
      if ((await findErasureOfMember(database.sql, memberId)) !== null) throw nobody()
      const held = await exportMember(deps, memberId)
      const member = { id: memberId, tenantId: own }
      await noteMember(database.sql, { at: now(), actor, action: 'member.exported', member })
      return held
    },

    /**
     * Erases a member whom no user is bound to. The same receipt for whoever asks again, also where the member went
     * with its user. Throws not_found, and conflict while it is bound: the message names the users.
     */
    async eraseMember(
      memberId: number,
      tenantId: number | null,
      actor: Actor,
    ): Promise<Receipt & { memberId: number }> {
      const own = await getTenantOfMember(memberId, tenantId)
      const erasure = await beginErasureOfMember(deps, { memberId, tenantId: own, actor })
      return { ...(await end(erasure)), memberId }
    },

    /** Goes on with what a process began and did not end. Returns how many it ended. */
    async resumeErasures(): Promise<number> {
      const unfinished = await listUnfinishedErasures(database.sql, resumedAtOnce)
      let ended = 0
      for (const erasure of unfinished) if (await endErasure(deps, erasure)) ended += 1
      return ended
    },

    /** See `createOrphanKeys`. */
    destroyOrphanKeys: (limit: number): Promise<number> => orphanKeys.destroy(limit),
  }
}

function requireTenant(found: { tenantId: number } | null, tenantId: number | null): number {
  if (found === null || (tenantId !== null && found.tenantId !== tenantId)) throw nobody()
  return found.tenantId
}

function nobody(): HubError {
  return new HubError('not_found', 'no such person')
}
