import type { Database, Sql } from '../../database/database.ts'
import type { PayRefund } from '../../wechat/pay/refunds.ts'
import { wechatActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { lockPayment, updateReserved } from '../payments/payments-store.ts'
import { nextRefundCheckAt } from './check-schedule.ts'
import {
  canBecome,
  fromWeChatState,
  isReserving,
  type Refund,
  type RefundState,
  type Refusal,
} from './refund.ts'
import { changeBudget } from './refund-budgets-store.ts'
import { findRefund, updateRefund } from './refunds-store.ts'
import { toRefusal } from './refusal.ts'

/** `tenantId` is that of the refund's merchant. */
type Deps = { database: Database; now: () => number; tenantId: number }

/** `source` is how we know: an answer, or a notification. */
export type News = { told: PayRefund; source: string }

/**
 * Writes down what WeChat says of a refund, on disk when it resolves. What is final stays, and what WeChat has it has:
 * also where we had concluded that it refused.
 */
export async function settleRefund(
  { database, now, tenantId }: Deps,
  known: Refund,
  news: News,
): Promise<Refund> {
  const { told, source } = news
  const state = fromWeChatState[told.state]
  return database.durableTransaction(async (sql) => {
    const payment = await lockPayment(sql, known.paymentId)
    const refund = await getRefund(sql, known.id)
    if (!canBecome(refund.state, state)) return refund
    const isFinal = !canBecome(state, 'succeeded')
    const settlement = {
      state,
      refundId: told.refundId,
      refusal: null,
      settledAt: isFinal ? now() : null,
      nextCheckAt: isFinal ? null : nextRefundCheckAt(state, 0, now()),
    }
    await updateRefund(sql, refund.id, settlement)
    const change = changeOf(refund, state)
    await move(sql, refund, change)
    await audit(sql, {
      at: now(),
      tenantId,
      refund,
      state,
      source,
      reserved: [payment.reserved, payment.reserved + change],
    })
    return { ...refund, ...settlement }
  })
}

/**
 * WeChat refused: the reservation is given back. Nothing under a claim that is over, since who claimed next knows
 * better.
 */
export async function refuseRefund(
  { database, now, tenantId }: Deps,
  known: Refund,
  error: unknown,
): Promise<Refund> {
  return database.durableTransaction(async (sql) => {
    const payment = await lockPayment(sql, known.paymentId)
    const refund = await getRefund(sql, known.id)
    if (refund.state !== 'requested' || refund.claims !== known.claims) return refund
    const settlement = {
      state: 'refused' as const,
      refundId: null,
      refusal: toRefusal(error),
      settledAt: now(),
      nextCheckAt: null,
    }
    await updateRefund(sql, refund.id, settlement)
    const change = changeOf(refund, 'refused')
    await move(sql, refund, change)
    const reserved: [number, number] = [payment.reserved, payment.reserved + change]
    await audit(sql, {
      at: now(),
      tenantId,
      refund,
      state: 'refused',
      source: 'answer',
      reserved,
      refusal: settlement.refusal,
    })
    return { ...refund, ...settlement }
  })
}

async function getRefund(sql: Sql, id: number): Promise<Refund> {
  const refund = await findRefund(sql, id)
  if (refund === null) throw new Error('a refund is gone from the ledger')
  return refund
}

function changeOf({ state: before, fee }: Refund, after: RefundState): number {
  return (isReserving(after) ? fee : 0) - (isReserving(before) ? fee : 0)
}

async function move(sql: Sql, { paymentId, budget }: Refund, change: number): Promise<void> {
  if (change === 0) return
  await updateReserved(sql, paymentId, change)
  if (budget !== null) await changeBudget(sql, budget, change)
}

type Step = {
  at: number
  tenantId: number
  refund: Refund
  state: RefundState
  source: string
  reserved: [before: number, after: number]
  refusal?: Refusal
}

function audit(sql: Sql, { at, tenantId, refund, state, source, reserved, refusal }: Step): Promise<void> {
  const [before, after] = reserved
  return insertAuditEntry(sql, {
    at,
    actor: wechatActor,
    tenantId,
    action: `refund.${state}`,
    subject: `refund:${refund.id}`,
    detail: {
      ...{ outRefundNo: refund.outRefundNo, fee: refund.fee, source },
      ...(refusal && { refusal }),
      before: { state: refund.state, reserved: before },
      after: { state, reserved: after },
    },
  })
}
