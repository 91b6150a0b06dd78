import { randomUUID } from 'node:crypto'
import type { Database, Sql } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { lockMember } from '../members/members-store.ts'
import { noteMember } from '../members/note-member.ts'
import {
  type Erasure,
  findErasure,
  findErasureOfMember,
  finishErasure,
  insertErasure,
} from './erasures-store.ts'
import { listBoundUsers } from './held-data-store.ts'
import { blankMembers, blankPersonRows, lockPersonRows } from './person-rows-store.ts'

export type ErasureDeps = {
  database: Database
  personKeys: Pick<PersonKeys, 'destroy'>
  /** How long backups of the person keys are kept. */
  keyBackupMs: number
  now: () => number
}

type Request = { userId: number; tenantId: number; actor: Actor }

type MemberRequest = { memberId: number; tenantId: number; actor: Actor }

/**
 * Blanks the rows of a person and notes which keys are to be destroyed, in one transaction that survives a power
 * cut. From here on whoever stops this process, the job goes on with it. Does nothing where it was done before.
 */
export async function beginErasure(
  deps: ErasureDeps,
  { userId, tenantId, actor }: Request,
): Promise<Erasure> {
  const { database, now } = deps
  return database.durableTransaction(async (sql) => {
    const rows = await lockPersonRows(database, sql, userId)
    const known = await findErasure(sql, userId)
    if (known !== null) return known
    const erasedAt = now()
    await blankPersonRows(sql, rows, erasedAt)
    const detail = {
      users: rows.userIds,
      members: rows.memberIds,
      identities: rows.identities.map(({ id }) => id),
    }
    const noted = { action: 'person.erased', subject: `user:${userId}`, tenantId, detail }
    await insertAuditEntry(sql, { ...noted, at: erasedAt, actor })
    return write(sql, deps, { userId, memberId: null, tenantId, erasedAt, keysToDestroy: rows.keys })
  })
}

/**
 * As `beginErasure`, for a member whom no user is bound to. One that is bound is the person that its user is: throws
 * conflict, or not_found.
 */
export async function beginErasureOfMember(
  deps: ErasureDeps,
  { memberId, tenantId, actor }: MemberRequest,
): Promise<Erasure> {
  const { database, now } = deps
  return database.durableTransaction(async (sql) => {
    const member = await lockMember(database, sql, memberId)
    if (member === null) throw new HubError('not_found', 'no such member')
    const known = await findErasureOfMember(sql, memberId)
    if (known !== null) return known
    await requireUnbound(sql, memberId)
    const erasedAt = now()
    await blankMembers(sql, [memberId], erasedAt)
    await noteMember(sql, { at: erasedAt, actor, action: 'member.erased', member })
    const keysToDestroy = member.personKey === null ? [] : [Buffer.from(member.personKey)]
    return write(sql, deps, { userId: null, memberId, tenantId, erasedAt, keysToDestroy })
  })
}

/**
 * Destroys the keys, for good, and clears what the database files still hold of them and of the blanked rows. False
 * where another process reads these: it is not ended then.
 */
export async function endErasure({ database, personKeys }: ErasureDeps, erasure: Erasure): Promise<boolean> {
  if (erasure.keysToDestroy === null) return true
  const isDestroyed = await personKeys.destroy(erasure.keysToDestroy)
  const isEnded = (await database.emptyLog()) && isDestroyed
  if (isEnded) await finishErasure(database.sql, erasure.id)
  return isEnded
}

/** Who binds at this moment waits for the member's row, and finds that the card is void. */
async function requireUnbound(sql: Sql, memberId: number): Promise<void> {
  const bound = (await listBoundUsers(sql, memberId)).map(({ userId }) => userId)
  if (bound.length === 0) return
  const users = [...new Set(bound)].join(', ')
  throw new HubError(
    'conflict',
    `the member is bound to user ${users}: erase that person, or unbind it first`,
  )
}

type Begun = Omit<Erasure, 'id' | 'receiptId' | 'keysBackupLapsesAt'>

function write(sql: Sql, { keyBackupMs }: ErasureDeps, begun: Begun): Promise<Erasure> {
  const keysBackupLapsesAt = begun.erasedAt + keyBackupMs
  return insertErasure(sql, { ...begun, receiptId: randomUUID(), keysBackupLapsesAt })
}
