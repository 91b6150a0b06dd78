import type { Sql } from '../../database/database.ts'

/** Stands where the name of an actor stands, which none is called. */
export const unboundByErasure = 'erasure'

/** What whoever asked for an erasure is told. Times are unix milliseconds. */
export type Receipt = {
  receiptId: string
  erasedAt: number
  /** When the last backup is over that could hold the person's keys. */
  keysBackupLapsesAt: number
}

/** Of a user with all that belongs to the person, or of a member whom no user was bound to. */
export type Erasure = Receipt & {
  id: number
  userId: number | null
  memberId: number | null
  tenantId: number
  /** Ids of keys that are still to be destroyed; null where all is done. */
  keysToDestroy: Buffer[] | null
}

export async function insertErasure(sql: Sql, erasure: Omit<Erasure, 'id'>): Promise<Erasure> {
  const row = await sql
    .insertInto('erasures')
    .values({
      user_id: erasure.userId,
      member_id: erasure.memberId,
      tenant_id: erasure.tenantId,
      receipt_id: erasure.receiptId,
      erased_at: erasure.erasedAt,
      keys_backup_lapses_at: erasure.keysBackupLapsesAt,
      keys_to_destroy: JSON.stringify(erasure.keysToDestroy?.map((key) => key.toString('hex')) ?? []),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toErasure(row)
}

export async function findErasure(sql: Sql, userId: number): Promise<Erasure | null> {
  const row = await sql.selectFrom('erasures').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row === undefined ? null : toErasure(row)
}

/** The member's own, or that of the person who took it along. */
export async function findErasureOfMember(sql: Sql, memberId: number): Promise<Erasure | null> {
  const own = await sql
    .selectFrom('erasures')
    .selectAll()
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  if (own !== undefined) return toErasure(own)
  const row = await sql
    .selectFrom('member_bindings as b')
    .innerJoin('identities as i', 'i.id', 'b.identity_id')
    .innerJoin('erasures as e', 'e.user_id', 'i.user_id')
    .selectAll('e')
    .where('b.member_id', '=', memberId)
    .where('b.unbound_by', '=', unboundByErasure)
    .orderBy('e.id')
    .executeTakeFirst()
  return row === undefined ? null : toErasure(row)
}

/** Those that a process began and did not end. */
export async function listUnfinishedErasures(sql: Sql, limit: number): Promise<Erasure[]> {
  const query = sql.selectFrom('erasures').selectAll().where('keys_to_destroy', 'is not', null)
  return (await query.orderBy('id').limit(limit).execute()).map(toErasure)
}

export async function finishErasure(sql: Sql, id: number): Promise<void> {
  await sql.updateTable('erasures').set({ keys_to_destroy: null }).where('id', '=', id).execute()
}

type ErasureRow = {
  id: number
  user_id: number | null
  member_id: number | null
  tenant_id: number
  receipt_id: string
  erased_at: number
  keys_backup_lapses_at: number
  keys_to_destroy: string | null
}

function toErasure(row: ErasureRow): Erasure {
  // written by insertErasure
  const keys = row.keys_to_destroy === null ? null : (JSON.parse(row.keys_to_destroy) as string[])
  return {
    id: row.id,
    userId: row.user_id,
    memberId: row.member_id,
    tenantId: row.tenant_id,
    receiptId: row.receipt_id,
    erasedAt: row.erased_at,
    keysBackupLapsesAt: row.keys_backup_lapses_at,
    keysToDestroy: keys?.map((hex) => Buffer.from(hex, 'hex')) ?? null,
  }
}
