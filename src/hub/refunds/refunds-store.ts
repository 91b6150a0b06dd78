import type { Sql } from '../../database/database.ts'
import type { Row } from '../../database/schema.ts'
import { createStatement } from '../../database/statement.ts'
import { type Refund, type RefundState, type Refusal, refundStates } from './refund.ts'

export type NewRefund = Pick<
  Refund,
  'paymentId' | 'outRefundNo' | 'fee' | 'wantedFee' | 'reason' | 'actor' | 'budget'
> & { isKeyed: boolean; now: number; leaseUntil: number }

/** As requested, and leased to whoever inserts it. */
export async function insertRefund(sql: Sql, refund: NewRefund): Promise<Refund> {
  const { isKeyed, budget, ...rest } = refund
  const [row] = await insertStatement(sql, {
    ...rest,
    isKeyed: isKeyed ? 1 : 0,
    budgetKeyId: budget?.keyId ?? null,
    budgetDay: budget?.day ?? null,
  })
  if (row === undefined) throw new Error('a refund was not inserted')
  return toRefund(row)
}

type InsertValues = Omit<NewRefund, 'isKeyed' | 'budget'> & {
  isKeyed: number
  budgetKeyId: number | null
  budgetDay: number | null
}

const insertStatement = createStatement<InsertValues>()((sql, param) =>
  sql
    .insertInto('refunds')
    .values({
      payment_id: param('paymentId'),
      out_refund_no: param('outRefundNo'),
      fee: param('fee'),
      wanted_fee: param('wantedFee'),
      is_keyed: param('isKeyed'),
      reason: param('reason'),
      state: 'requested',
      actor: param('actor'),
      budget_key_id: param('budgetKeyId'),
      budget_day: param('budgetDay'),
      asked_at: param('now'),
      lease_until: param('leaseUntil'),
      next_check_at: param('leaseUntil'),
      created_at: param('now'),
      requested_at: param('now'),
    })
    .returningAll(),
)

export async function findRefund(sql: Sql, id: number): Promise<Refund | null> {
  const [row] = await findStatement(sql, { id })
  return row === undefined ? null : toRefund(row)
}

const findStatement = createStatement<{ id: number }>()((sql, param) =>
  sql.selectFrom('refunds').selectAll().where('id', '=', param('id')),
)

export async function findRefundByNumber(sql: Sql, outRefundNo: string): Promise<Refund | null> {
  const row = await sql
    .selectFrom('refunds')
    .selectAll()
    .where('out_refund_no', '=', outRefundNo)
    .executeTakeFirst()
  return row === undefined ? null : toRefund(row)
}

/**
 * What was asked for like this before: the newest that WeChat has or may have, and the newest without an idempotency
 * key whatever became of it. Uses the index on (payment_id, wanted_fee, id).
 */
export async function findAlike(
  sql: Sql,
  payment: { paymentId: number; wantedFee: number },
): Promise<{ live: Refund | null; newest: Refund | null }> {
  const [live] = await liveStatement(sql, payment)
  const [newest] = await newestStatement(sql, payment)
  return {
    live: live === undefined ? null : toRefund(live),
    newest: newest === undefined ? null : toRefund(newest),
  }
}

const liveStatement = createStatement<{ paymentId: number; wantedFee: number }>()((sql, param) =>
  sql
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', param('paymentId'))
    .where('wanted_fee', '=', param('wantedFee'))
    .where('state', 'not in', ['refused', 'closed'])
    .orderBy('id', 'desc')
    .limit(1),
)

const newestStatement = createStatement<{ paymentId: number; wantedFee: number }>()((sql, param) =>
  sql
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', param('paymentId'))
    .where('wanted_fee', '=', param('wantedFee'))
    .where('is_keyed', '=', 0)
    .orderBy('id', 'desc')
    .limit(1),
)

export type Retry = { id: number; actor: string; budget: Refund['budget']; now: number; leaseUntil: number }

/** A refused refund is asked for again, under the same number; leased to whoever does it. */
export async function reviveRefund(sql: Sql, { id, actor, budget, now, leaseUntil }: Retry): Promise<Refund> {
  const row = await sql
    .updateTable('refunds')
    .set((eb) => ({
      state: 'requested',
      actor,
      budget_key_id: budget?.keyId ?? null,
      budget_day: budget?.day ?? null,
      refusal: null,
      settled_at: null,
      asked_at: now,
      asked_before: null,
      requested_at: now,
      lease_until: leaseUntil,
      next_check_at: leaseUntil,
      checks: 0,
      claims: eb('claims', '+', 1),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toRefund(row)
}

export type ClaimRequest = { now: number; until: number }

/** The right to ask WeChat about this refund; null while another has it, or where nothing is to be asked. */
export async function claimRefund(
  sql: Sql,
  id: number,
  { now, until }: ClaimRequest,
): Promise<Refund | null> {
  const row = await sql
    .updateTable('refunds')
    .set((eb) => ({
      asked_before: eb.ref('asked_at'),
      asked_at: now,
      lease_until: until,
      next_check_at: until,
      claims: eb('claims', '+', 1),
    }))
    .where('id', '=', id)
    .where('state', '=', 'requested')
    .where('lease_until', '<=', now)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? null : toRefund(row)
}

/** Takes those that are longest due, of all states; other nodes skip them. */
export async function claimDueRefunds(
  sql: Sql,
  request: ClaimRequest & { limit: number },
): Promise<Refund[]> {
  return (await claimDueStatement(sql, request)).map(toRefund)
}

const claimDueStatement = createStatement<ClaimRequest & { limit: number }>()((sql, param, engine) =>
  sql
    .with('due', (due) => {
      const query = due
        .selectFrom('refunds')
        .select('id')
        .where('next_check_at', '<=', param('now'))
        .orderBy('next_check_at')
        .limit(param('limit'))
      return engine === 'postgres' ? query.forUpdate().skipLocked() : query
    })
    .updateTable('refunds')
    .set((eb) => ({
      asked_before: eb.ref('asked_at'),
      asked_at: param('now'),
      lease_until: param('until'),
      next_check_at: param('until'),
      claims: eb('claims', '+', 1),
      checks: eb('checks', '+', 1),
    }))
    .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
    .returningAll(),
)

export type Settlement = {
  state: RefundState
  refundId: string | null
  refusal: Refusal | null
  settledAt: number | null
  nextCheckAt: number | null
}

/** A new state; belongs into a transaction that has locked the payment. */
export async function updateRefund(sql: Sql, id: number, settlement: Settlement): Promise<void> {
  await updateStatement(sql, {
    ...settlement,
    id,
    refusal: settlement.refusal && JSON.stringify(settlement.refusal),
  })
  if (settlement.settledAt !== null) await forgetReasonStatement(sql, { id })
}

/** It was still needed when the payer was erased. */
const forgetReasonStatement = createStatement<{ id: number }>()((sql, param) =>
  sql
    .updateTable('refunds')
    .set({ reason: null })
    .where('id', '=', param('id'))
    .where('payment_id', 'in', (eb) =>
      eb
        .selectFrom('payments as p')
        .select('p.id')
        .whereRef('p.id', '=', 'refunds.payment_id')
        .where('p.payer_erased_at', 'is not', null),
    ),
)

const updateStatement = createStatement<
  Omit<Settlement, 'refusal'> & { id: number; refusal: string | null }
>()((sql, param) =>
  sql
    .updateTable('refunds')
    .set({
      state: param('state'),
      refund_id: param('refundId'),
      refusal: param('refusal'),
      settled_at: param('settledAt'),
      next_check_at: param('nextCheckAt'),
      lease_until: 0,
    })
    .where('id', '=', param('id')),
)

/** Gives the claim back without news. `askedAt`: see `Refund`. Nothing under a claim that is over. */
export async function releaseClaim(
  sql: Sql,
  { id, claims }: Pick<Refund, 'id' | 'claims'>,
  { askedAt, nextCheckAt }: { askedAt: number; nextCheckAt: number },
): Promise<void> {
  await sql
    .updateTable('refunds')
    .set({ lease_until: 0, next_check_at: nextCheckAt, asked_at: askedAt })
    .where('id', '=', id)
    .where('claims', '=', claims)
    .where('next_check_at', 'is not', null)
    .execute()
}

export type RefundRow = Row<'refunds'>

export function toRefund(row: RefundRow): Refund {
  const state = refundStates.find((known) => known === row.state)
  if (state === undefined) throw new Error(`the database names a refund state "${row.state}"`)
  const { budget_key_id: keyId, budget_day: day } = row
  return {
    id: row.id,
    paymentId: row.payment_id,
    outRefundNo: row.out_refund_no,
    fee: row.fee,
    wantedFee: row.wanted_fee,
    isKeyed: row.is_keyed === 1,
    reason: row.reason,
    state,
    actor: row.actor,
    budget: keyId === null || day === null ? null : { keyId, day },
    refundId: row.refund_id,
    refusal: row.refusal === null ? null : (JSON.parse(row.refusal) as Refusal), // written by updateRefund
    askedAt: row.asked_at,
    askedBefore: row.asked_before,
    leaseUntil: row.lease_until,
    claims: row.claims,
    checks: row.checks,
    createdAt: row.created_at,
    requestedAt: row.requested_at,
    settledAt: row.settled_at,
  }
}
