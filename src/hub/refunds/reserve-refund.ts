import { type Database, isUniqueViolation, type Sql } from '../../database/database.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Lanes } from '../lanes.ts'
import type { Payment } from '../payments/payment.ts'
import { lockPayment, updateReserved } from '../payments/payments-store.ts'
import { decideRequest } from './decide-request.ts'
import {
  findIdempotencyKey,
  type IdempotencyKey,
  insertIdempotencyKey,
  updateIdempotencyKey,
} from './idempotency-keys-store.ts'
import type { Refund } from './refund.ts'
import { spendBudget } from './refund-budgets-store.ts'
import { fingerprintOf, type RefundCaller, type RefundRequest } from './refund-request.ts'
import { findAlike, findRefund, insertRefund, reviveRefund } from './refunds-store.ts'

type Deps = {
  database: Database
  /** One for each payment: those who wait for a row's lock hold none of the few connections that all need. */
  lanes: Lanes
  now: () => number
  createNumber: () => string
  leaseMs: number
}

/** `isOurs`: it was reserved by this call, which has the lease on asking WeChat for it. */
export type Reservation = { payment: Payment; refund: Refund; isOurs: boolean }

/** `paid` as the caller found it, `tenantId` that of its merchant. */
export type Wanted = { paid: Payment; tenantId: number; request: RefundRequest }

const dayMs = 24 * 3_600_000
const chinaMs = 8 * 3_600_000

export const budgetDayOf = (now: number): number => Math.floor((now + chinaMs) / dayMs)

/**
 * Sets an amount of the payment aside, once for each idempotency key or identical call, and never more than is left.
 * On disk when it resolves: only then may WeChat hear of it. Throws conflict, forbidden, payment_refused.
 */
export function reserveRefund(deps: Deps, wanted: Wanted): Promise<Reservation> {
  return deps.lanes.run(wanted.paid.id, () => reserveInTurn(deps, wanted))
}

async function reserveInTurn(deps: Deps, wanted: Wanted): Promise<Reservation> {
  try {
    return await deps.database.durableTransaction((sql) => reserve(sql, deps, wanted))
  } catch (error) {
    // The same idempotency key came for another bill at this moment. Now it is there to be seen.
    if (!isUniqueViolation(error)) throw error
    return deps.database.durableTransaction((sql) => reserve(sql, deps, wanted))
  }
}

async function reserve(sql: Sql, deps: Deps, { paid, tenantId, request }: Wanted): Promise<Reservation> {
  const { billId, fee: wantedFee, caller } = request
  const payment = await lockPayment(sql, paid.id)
  const name = nameOf(tenantId, request)
  const keyed = name === null ? undefined : await findKeyed(sql, name, { payment, request })
  const alike = name === null ? await findAlike(sql, { paymentId: payment.id, wantedFee }) : noneAlike
  const decision = decideRequest({ payment, wantedFee, keyed, ...alike, now: deps.now() })
  if (decision.kind === 'repeat') return { payment, refund: decision.refund, isOurs: false }

  const fee = decision.kind === 'retry' ? decision.refund.fee : decision.fee
  const lease = { now: deps.now(), leaseUntil: deps.now() + deps.leaseMs }
  const budget = await spend(sql, caller, fee, lease.now)
  await updateReserved(sql, payment.id, fee)
  const actor = caller.actor.name
  const refund =
    decision.kind === 'retry'
      ? await reviveRefund(sql, { id: decision.refund.id, actor, budget, ...lease })
      : await insertRefund(sql, {
          paymentId: payment.id,
          outRefundNo: deps.createNumber(),
          isKeyed: name !== null,
          ...{ fee, wantedFee, reason: request.reason, actor, budget },
          ...lease,
        })
  if (name !== null) await keep(sql, name, { keyed, refund, request })
  await insertAuditEntry(sql, {
    at: lease.now,
    actor: caller.actor,
    tenantId,
    action: 'refund.requested',
    subject: `refund:${refund.id}`,
    detail: {
      ...{ mchid: payment.mchid, billId, outRefundNo: refund.outRefundNo, fee },
      before: { state: decision.kind === 'retry' ? 'refused' : null, reserved: payment.reserved },
      after: { state: refund.state, reserved: payment.reserved + fee },
    },
  })
  return { payment: { ...payment, reserved: payment.reserved + fee }, refund, isOurs: true }
}

/** Throws conflict where the request's idempotency key stands for other parameters: also of a bill that nobody knows. */
export async function checkIdempotencyKey(sql: Sql, tenantId: number, request: RefundRequest): Promise<void> {
  const name = nameOf(tenantId, request)
  const known = name === null ? null : await findIdempotencyKey(sql, name)
  if (known !== null && !known.fingerprint.equals(fingerprintOf(request))) throw anotherRefund()
}

function nameOf(tenantId: number, { caller, idempotencyKey: key }: RefundRequest): IdempotencyKey | null {
  return key === null ? null : { tenantId, caller: caller.id, key }
}

function anotherRefund(): HubError {
  return new HubError('conflict', 'the Idempotency-Key stands for another refund')
}

const noneAlike = { live: null, newest: null }

type Meant = { payment: Payment; request: RefundRequest }

async function findKeyed(
  sql: Sql,
  name: IdempotencyKey,
  { payment, request }: Meant,
): Promise<Refund | null> {
  const known = await findIdempotencyKey(sql, name)
  if (known === null) return null
  const refund = await findRefund(sql, known.refundId)
  const isSame = known.fingerprint.equals(fingerprintOf(request)) && refund?.paymentId === payment.id
  if (!isSame) throw anotherRefund()
  return refund
}

type Kept = { keyed: Refund | null | undefined; refund: Refund; request: RefundRequest }

async function keep(sql: Sql, name: IdempotencyKey, { keyed, refund, request }: Kept): Promise<void> {
  if (keyed == null) {
    await insertIdempotencyKey(sql, name, { refundId: refund.id, fingerprint: fingerprintOf(request) })
  } else if (keyed.id !== refund.id) await updateIdempotencyKey(sql, name, refund.id)
}

/** Throws forbidden beyond what the caller's key may refund. */
async function spend(sql: Sql, caller: RefundCaller, fee: number, now: number): Promise<Refund['budget']> {
  const { keyId, refundLimit, refundDailyLimit } = caller
  if (refundLimit !== null && fee > refundLimit) {
    throw new HubError('forbidden', `the key may refund ${refundLimit} fen at once`)
  }
  if (keyId === null || refundDailyLimit === null) return null
  const budget = { keyId, day: budgetDayOf(now) }
  if (await spendBudget(sql, budget, { fee, limit: refundDailyLimit })) return budget
  throw new HubError('forbidden', `the key may refund ${refundDailyLimit} fen a day, and this would be more`)
}
