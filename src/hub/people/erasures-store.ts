import type { Sql } from '../../database/database.ts'

/** What whoever asked for an erasure is told. Times are unix milliseconds. */
export type Receipt = {
  receiptId: string
  userId: number
  erasedAt: number
  /** When the last backup is over that could hold the person's keys. */
  keysBackupLapsesAt: number
}

export type Erasure = Receipt & {
  id: number
  tenantId: number
  /** Ids of keys that are still to be destroyed; null where all is done. */
  keysToDestroy: Buffer[] | null
}

export async function insertErasure(sql: Sql, erasure: Omit<Erasure, 'id'>): Promise<void> {
  await sql
    .insertInto('erasures')
    .values({
      user_id: erasure.userId,
      tenant_id: erasure.tenantId,
      receipt_id: erasure.receiptId,
      erased_at: erasure.erasedAt,
      keys_backup_lapses_at: erasure.keysBackupLapsesAt,
      keys_to_destroy: JSON.stringify(erasure.keysToDestroy?.map((key) => key.toString('hex')) ?? []),
    })
    .execute()
}

export async function findErasure(sql: Sql, userId: number): Promise<Erasure | null> {
  const row = await sql.selectFrom('erasures').selectAll().where('user_id', '=', userId).executeTakeFirst()
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
  user_id: number
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
    tenantId: row.tenant_id,
    receiptId: row.receipt_id,
    erasedAt: row.erased_at,
    keysBackupLapsesAt: row.keys_backup_lapses_at,
    keysToDestroy: keys?.map((hex) => Buffer.from(hex, 'hex')) ?? null,
  }
}
