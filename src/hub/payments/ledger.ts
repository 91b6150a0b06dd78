import type { Database, Sql } from '../../database/database.ts'
import type { PayOrder } from '../../wechat/pay/orders.ts'
import { type Actor, systemActor, wechatActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Merchant } from '../merchants/merchant.ts'
import { nextCheckAt } from './check-schedule.ts'
import type { Payment, PaymentState } from './payment.ts'
import {
  findPayment,
  insertPayment,
  lockPayment,
  markRefundedElsewhere,
  type NewPayment,
  reopenPayment,
  settlePayment,
} from './payments-store.ts'

export type Ledger = ReturnType<typeof createLedger>

type NewOrder = Pick<Payment, 'mchid' | 'billId' | 'appId' | 'openId' | 'total' | 'description'>

/** An order that somebody paid. */
export type PaidOrder = PayOrder & { totalFen: number }

/** Also one that was refunded: WeChat calls it REFUND whatever became of the refunds. */
export function isPaidOrder(order: PayOrder): order is PaidOrder {
  return toPaymentState(order) === 'paid' && order.totalFen !== null
}

/** Writes down what is known of payments. What is paid stays paid. */
export function createLedger({ database, now }: { database: Database; now: () => number }) {
  type Noted = { actor: Actor; tenantId: number; action: string; id: number; detail: object }

  function audit(sql: Sql, { id, ...noted }: Noted): Promise<void> {
    return insertAuditEntry(sql, { ...noted, at: now(), subject: `payment:${id}` })
  }

  async function insert({ tenantId }: Merchant, payment: NewPayment, actor: Actor): Promise<Payment> {
    const { mchid, billId, appId, total, state, origin } = payment
    return database.durableTransaction(async (sql) => {
      const inserted = await insertPayment(sql, payment)
      if (inserted === null) return getKnown(sql, mchid, billId)
      const { id } = inserted
      const after = { mchid, billId, appId, total, state }
      await audit(sql, { actor, tenantId, action: `payment.${origin}`, id, detail: { before: null, after } })
      return inserted
    })
  }

  async function settle(merchant: Merchant, { id }: Payment, order: PayOrder, actor: Actor): Promise<void> {
    const state = toPaymentState(order)
    await database.durableTransaction(async (sql) => {
      const before = await lockPayment(sql, id)
      const facts = { transactionId: order.transactionId, openId: order.payerOpenId, paidAt: order.paidAt }
      if (!(await settlePayment(sql, id, { state, ...facts }))) return
      const detail = { before: { state: before.state }, after: { state } }
      await audit(sql, { actor, tenantId: merchant.tenantId, action: `payment.${state}`, id, detail })
      // Nobody refunds here what was not paid a moment ago.
      if (order.state === 'REFUND') await markRefundedElsewhere(sql, id, now())
    })
  }

  async function reopen({ tenantId }: Merchant, payment: Payment, actor: Actor): Promise<Payment> {
    const { id, mchid, billId } = payment
    await database.durableTransaction(async (sql) => {
      if (!(await reopenPayment(sql, id, nextCheckAt(0, now())))) return
      const detail = { before: { state: 'closed' }, after: { state: 'pending' } }
      await audit(sql, { actor, tenantId, action: 'payment.reopened', id, detail })
    })
    return getKnown(database.sql, mchid, billId)
  }

  return {
    /** An order that WeChat has taken and nobody has paid so far; one that was given up before is there again. */
    async add(merchant: Merchant, order: NewOrder, actor: Actor): Promise<Payment> {
      const time = now()
      const unpaid = { transactionId: null, paidAt: null, refundedElsewhereAt: null }
      const made = { origin: 'created', state: 'pending' } as const
      const times = { createdAt: time, nextCheckAt: nextCheckAt(0, time) }
      const payment = await insert(merchant, { ...order, ...unpaid, ...made, ...times }, actor)
      return payment.state === 'closed' ? reopen(merchant, payment, actor) : payment
    },

    /**
     * What WeChat says of an order. One that is not known is adopted if it is paid and of an app of this merchant;
     * null if not.
     */
    async record(merchant: Merchant, order: PayOrder, actor: Actor): Promise<Payment | null> {
      const known = await findPayment(database.sql, merchant.mchid, order.billId)
      if (known === null) {
        const isOwn = merchant.apps.includes(order.appId)
        return isOwn && isPaidOrder(order) ? insert(merchant, toAdopted(order, now()), actor) : null
      }
      requireConsistent(known, order)
      const state = toPaymentState(order)
      if (state === known.state || state === 'pending' || known.state === 'paid') return known
      await settle(merchant, known, order, actor)
      return findPayment(database.sql, merchant.mchid, order.billId)
    },

    /** WeChat has no such order, and will not have it. News of a payment would still count. */
    async giveUp({ tenantId }: Merchant, { id }: Payment): Promise<void> {
      const closed = { state: 'closed', transactionId: null, openId: null, paidAt: null } as const
      await database.durableTransaction(async (sql) => {
        if (!(await settlePayment(sql, id, closed))) return
        const detail = {
          before: { state: 'pending' },
          after: { state: 'closed' },
          reason: 'unknown at WeChat',
        }
        await audit(sql, { actor: systemActor, tenantId, action: 'payment.closed', id, detail })
      })
    },

    /** A refund of this payment came to light that this hub did not ask for. */
    async noteRefundElsewhere({ tenantId }: Merchant, { id }: Payment, refundNo: string): Promise<void> {
      await database.durableTransaction(async (sql) => {
        if (!(await markRefundedElsewhere(sql, id, now()))) return
        const noted = { actor: wechatActor, tenantId, action: 'payment.refunded_elsewhere' }
        await audit(sql, { ...noted, id, detail: { refundNo } })
      })
    },
  }
}

async function getKnown(sql: Sql, mchid: string, billId: string): Promise<Payment> {
  const known = await findPayment(sql, mchid, billId)
  if (known === null) throw new Error('a payment is gone from the ledger')
  return known
}

function toAdopted(order: PaidOrder, now: number): NewPayment {
  return {
    mchid: order.mchid,
    billId: order.billId,
    appId: order.appId,
    openId: order.payerOpenId,
    total: order.totalFen,
    description: null,
    origin: 'adopted',
    state: 'paid',
    transactionId: order.transactionId,
    paidAt: order.paidAt,
    refundedElsewhereAt: order.state === 'REFUND' ? now : null,
    nextCheckAt: null,
    createdAt: now,
  }
}

function toPaymentState({ state }: PayOrder): PaymentState {
  if (state === 'SUCCESS' || state === 'REFUND') return 'paid'
  return state === 'CLOSED' || state === 'REVOKED' ? 'closed' : 'pending'
}

/** WeChat knows a bill by its number alone: what it says must be about the payment that we know. */
function requireConsistent(known: Payment, order: PayOrder): void {
  const isSame = known.appId === order.appId && (order.totalFen ?? known.total) === known.total
  if (!isSame) throw new HubError('internal', 'WeChat and the ledger differ about a payment')
}
