import type { Sql } from '../../database/database.ts'
import type { Row } from '../../database/schema.ts'
import { createStatement } from '../../database/statement.ts'
import type { Reach } from '../users/search-users.ts'
import { type Payment, type PaymentState, paymentStates } from './payment.ts'

export type NewPayment = Omit<Payment, 'id' | 'reserved'> & { nextCheckAt: number | null }

export type PaymentQuery = {
  appId?: string | undefined
  state?: PaymentState | undefined
  before: number | null
  limit: number
}

/** Null where the bill is known already. */
export async function insertPayment(sql: Sql, payment: NewPayment): Promise<Payment | null> {
  const [row] = await insertStatement(sql, payment)
  return row === undefined ? null : toPayment(row)
}

const insertStatement = createStatement<NewPayment>()((sql, param) =>
  sql
    .insertInto('payments')
    .values({
      mchid: param('mchid'),
      bill_id: param('billId'),
      app_id: param('appId'),
      open_id: param('openId'),
      total: param('total'),
      description: param('description'),
      origin: param('origin'),
      state: param('state'),
      transaction_id: param('transactionId'),
      paid_at: param('paidAt'),
      refunded_elsewhere_at: param('refundedElsewhereAt'),
      next_check_at: param('nextCheckAt'),
      created_at: param('createdAt'),
    })
    .onConflict((conflict) => conflict.columns(['mchid', 'bill_id']).doNothing())
    .returningAll(),
)

export async function findPayment(sql: Sql, mchid: string, billId: string): Promise<Payment | null> {
  const [row] = await findStatement(sql, { mchid, billId })
  return row === undefined ? null : toPayment(row)
}

const findStatement = createStatement<{ mchid: string; billId: string }>()((sql, param) =>
  sql
    .selectFrom('payments')
    .selectAll()
    .where('mchid', '=', param('mchid'))
    .where('bill_id', '=', param('billId')),
)

export async function findPaymentById(sql: Sql, id: number): Promise<Payment | null> {
  const row = await sql.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : toPayment(row)
}

/** For the rest of the transaction nobody else changes the payment or its refunds. */
export async function lockPayment(sql: Sql, id: number): Promise<Payment> {
  const [row] = await lockStatement(sql, { id })
  if (row === undefined) throw new Error('a payment is gone from the ledger')
  return toPayment(row)
}

const lockStatement = createStatement<{ id: number }>()((sql, param, engine) => {
  const query = sql.selectFrom('payments').selectAll().where('id', '=', param('id'))
  // On SQLite the transaction itself is the lock.
  return engine === 'postgres' ? query.forUpdate() : query
})

/** By id, the newest first. Uses the index on (app_id, id). */
export async function listPayments(sql: Sql, reach: Reach, wanted: PaymentQuery): Promise<Payment[]> {
  const { appId, state, before, limit } = wanted
  let query = withinReach(sql, reach)
  if (appId !== undefined) query = query.where('app_id', '=', appId)
  if (state !== undefined) query = query.where('state', '=', state)
  if (before !== null) query = query.where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toPayment)
}

/** More than one where merchants use the same number. */
export async function listPaymentsByBill(sql: Sql, reach: Reach, billId: string): Promise<Payment[]> {
  const rows = await withinReach(sql, reach).where('bill_id', '=', billId).orderBy('id').execute()
  return rows.map(toPayment)
}

export type PaymentFacts = {
  state: PaymentState
  transactionId: string | null
  openId: string | null
  paidAt: number | null
}

/** What WeChat says of an order that was pending, but never who an erased payer was. False where it was pending no more. */
export async function settlePayment(sql: Sql, id: number, facts: PaymentFacts): Promise<boolean> {
  const result = await sql
    .updateTable('payments')
    .set((eb) => ({
      state: facts.state,
      transaction_id: facts.transactionId,
      paid_at: facts.paidAt,
      next_check_at: null,
      ...(facts.openId !== null && {
        open_id: eb.case().when('payer_erased_at', 'is', null).then(facts.openId).else(null).end(),
      }),
    }))
    .where('id', '=', id)
    .where('state', 'in', facts.state === 'paid' ? ['pending', 'closed'] : ['pending'])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** An order that was given up is there again. False where it is not closed, or no more. */
export async function reopenPayment(sql: Sql, id: number, at: number): Promise<boolean> {
  const result = await sql
    .updateTable('payments')
    .set({ state: 'pending', next_check_at: at, checks: 0 })
    .where('id', '=', id)
    .where('state', '=', 'closed')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Adds to what is reserved for refunds, or takes away. */
export async function updateReserved(sql: Sql, id: number, change: number): Promise<void> {
  await reserveStatement(sql, { id, change })
}

const reserveStatement = createStatement<{ id: number; change: number }>()((sql, param) =>
  sql
    .updateTable('payments')
    .set((eb) => ({ reserved: eb('reserved', '+', param('change')) }))
    .where('id', '=', param('id')),
)

export async function markRefundedElsewhere(sql: Sql, id: number, at: number): Promise<boolean> {
  const result = await sql
    .updateTable('payments')
    .set({ refunded_elsewhere_at: at })
    .where('id', '=', id)
    .where('refunded_elsewhere_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export type DuePayment = Payment & { checks: number }

/** Takes the longest due; `until` is when others may look, should this node die. */
export async function claimPayments(
  sql: Sql,
  { now, until, limit }: { now: number; until: number; limit: number },
): Promise<DuePayment[]> {
  const rows = await claimStatement(sql, { now, until, limit })
  return rows.map((row) => ({ ...toPayment(row), checks: row.checks }))
}

const claimStatement = createStatement<{ now: number; until: number; limit: number }>()(
  (sql, param, engine) =>
    sql
      .with('due', (due) => {
        const query = due
          .selectFrom('payments')
          .select('id')
          .where('next_check_at', '<=', param('now'))
          .orderBy('next_check_at')
          .limit(param('limit'))
        return engine === 'postgres' ? query.forUpdate().skipLocked() : query
      })
      .updateTable('payments')
      .set((eb) => ({ next_check_at: param('until'), checks: eb('checks', '+', 1) }))
      .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
      .returningAll(),
)

export async function scheduleCheck(sql: Sql, id: number, at: number | null): Promise<void> {
  await sql
    .updateTable('payments')
    .set({ next_check_at: at })
    .where('id', '=', id)
    .where('next_check_at', 'is not', null)
    .execute()
}

function withinReach(sql: Sql, { tenantId, apps }: Reach) {
  let query = sql.selectFrom('payments').selectAll()
  if (apps !== null) query = query.where('app_id', 'in', [...apps])
  if (tenantId !== null) {
    const ofTenant = sql.selectFrom('apps').select('app_id').where('tenant_id', '=', tenantId)
    query = query.where('app_id', 'in', ofTenant)
  }
  return query
}

function toPayment(row: Row<'payments'>): Payment {
  const state = paymentStates.find((known) => known === row.state)
  if (state === undefined) throw new Error(`the database names a payment state "${row.state}"`)
  return {
    id: row.id,
    mchid: row.mchid,
    billId: row.bill_id,
    appId: row.app_id,
    openId: row.open_id,
    total: row.total,
    description: row.description,
    origin: row.origin === 'created' ? 'created' : 'adopted',
    state,
    transactionId: row.transaction_id,
    paidAt: row.paid_at,
    reserved: row.reserved,
    refundedElsewhereAt: row.refunded_elsewhere_at,
    createdAt: row.created_at,
  }
}
