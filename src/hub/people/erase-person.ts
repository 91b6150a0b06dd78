import { randomUUID } from 'node:crypto'
import type { Database, Sql } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { type Erasure, findErasure, finishErasure, insertErasure } from './erasures-store.ts'
import { blankPersonRows, lockPersonRows } from './person-rows-store.ts'

export type ErasureDeps = {
  database: Database
  personKeys: Pick<PersonKeys, 'destroy'>
  /** How long backups of the person keys are kept. */
  keyBackupMs: number
  now: () => number
}

type Request = { userId: number; tenantId: number; actor: Actor }

/**
 * Blanks the rows of a person and notes which keys are to be destroyed, in one transaction that survives a power
 * cut. From here on whoever stops this process, the job goes on with it. Does nothing where it was done before.
 */
export async function beginErasure(
  deps: ErasureDeps,
  { userId, tenantId, actor }: Request,
): Promise<Erasure> {
  const { database, keyBackupMs, now } = deps
  return database.durableTransaction(async (sql) => {
    const rows = await lockPersonRows(database, sql, userId)
    const known = await findErasure(sql, userId)
    if (known !== null) return known
    const erasedAt = now()
    await blankPersonRows(sql, rows, erasedAt)
    await insertErasure(sql, {
      userId,
      tenantId,
      receiptId: randomUUID(),
      erasedAt,
      keysBackupLapsesAt: erasedAt + keyBackupMs,
      keysToDestroy: rows.keys,
    })
    const detail = {
      users: rows.userIds,
      members: rows.memberIds,
      identities: rows.identities.map(({ id }) => id),
    }
    await note(sql, { userId, tenantId, actor }, erasedAt, detail)
    return getErasure(sql, userId)
  })
}

/** Destroys the keys, for good, and clears what the database file still holds of the blanked rows. */
export async function endErasure({ database, personKeys }: ErasureDeps, erasure: Erasure): Promise<void> {
  if (erasure.keysToDestroy === null) return
  await personKeys.destroy(erasure.keysToDestroy)
  await database.emptyLog()
  await finishErasure(database.sql, erasure.id)
}

async function getErasure(sql: Sql, userId: number): Promise<Erasure> {
  const erasure = await findErasure(sql, userId)
  if (erasure === null) throw new Error('the erasure is not there')
  return erasure
}

function note(sql: Sql, { userId, tenantId, actor }: Request, at: number, detail: object): Promise<void> {
  const noted = { action: 'person.erased', subject: `user:${userId}`, tenantId, detail }
  return insertAuditEntry(sql, { ...noted, at, actor })
}
