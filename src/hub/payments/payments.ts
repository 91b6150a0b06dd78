import type { Database } from '../../database/database.ts'
import type { PaymentParameters, PayOrder } from '../../wechat/pay/orders.ts'
import type { Pay } from '../../wechat/pay/pay.ts'
import type { App } from '../apps/app.ts'
import { type Actor, systemActor, wechatActor } from '../audit/actor.ts'
import { HubError } from '../errors.ts'
import type { Merchant } from '../merchants/merchant.ts'
import type { Merchants } from '../merchants/merchants.ts'
import { workInParallel } from '../parallel.ts'
import type { Reach } from '../users/search-users.ts'
import { checkPaymentInput, requireSameOrder, toOrderRefusal } from './check-payment.ts'
import { nextCheckAt } from './check-schedule.ts'
import { createLedger } from './ledger.ts'
import type { Payment, PaymentInput } from './payment.ts'
import {
  claimPayments,
  type DuePayment,
  findPayment,
  listPayments,
  listPaymentsByBill,
  type PaymentQuery,
  scheduleCheck,
} from './payments-store.ts'

export type Payments = ReturnType<typeof createPayments>

type Deps = {
  database: Database
  pay: Pick<Pay, 'prepay' | 'signPayment' | 'findOrderByBill'>
  merchants: Pick<Merchants, 'find'>
  /** Where WeChat tells a merchant of payments and refunds. */
  notifyUrl: (mchid: string) => string
  now: () => number
}

const checkedAtOnce = 4
const checkedInARun = 20
/** WeChat keeps an order that nobody pays for a week; one that it does not know a day later will never be paid. */
const longestOrderMs = 8 * 24 * 3_600_000
/** Longer than a question to WeChat takes. */
const claimMs = 30_000

/** The ledger of payments: those made here, and those that another program made and that are refunded here. */
export function createPayments({ database, pay, merchants, notifyUrl, now }: Deps) {
  const ledger = createLedger({ database, now })

  async function prepay(app: App, merchant: Merchant, input: PaymentInput): Promise<string> {
    const { billId, openId, description, attach, expiresAt, total: totalFen } = input
    const order = { billId, appId: app.appId, openId, description, totalFen, attach, expiresAt }
    try {
      return await pay.prepay(merchant.credential, { ...order, notifyUrl: notifyUrl(merchant.mchid) })
    } catch (error) {
      throw toOrderRefusal(error)
    }
  }

  async function check(due: DuePayment): Promise<void> {
    const { id, mchid, billId, checks, createdAt } = due
    const merchant = await merchants.find(mchid)
    try {
      const order = merchant === null ? null : await pay.findOrderByBill(merchant.credential, billId)
      if (merchant !== null && order !== null) await ledger.record(merchant, order, systemActor)
      const isOver = order === null && now() - createdAt > longestOrderMs
      if (merchant !== null && isOver) await ledger.giveUp(merchant, due)
    } finally {
      await scheduleCheck(database.sql, id, nextCheckAt(checks, now()))
    }
  }

  return {
    /**
     * Makes an order and what `wx.requestPayment` takes. Done twice with the same words it is one order. Throws
     * bad_request, conflict (the bill is another payment, or paid), payment_refused, app_misconfigured, upstream_*.
     */
    async create(
      { app, merchant, actor }: { app: App; merchant: Merchant; actor: Actor },
      input: PaymentInput,
    ): Promise<{ payment: Payment; parameters: PaymentParameters }> {
      checkPaymentInput(input)
      const { appId } = app
      const { mchid } = merchant
      const known = await findPayment(database.sql, mchid, input.billId)
      if (known !== null) requireSameOrder(known, { ...input, appId })
      // WeChat decides which of two orders with one number is the order: it is asked first, then written down.
      const prepayId = await prepay(app, merchant, input)
      const { openId, billId, total, description } = input
      const made = { mchid, billId, appId, openId, total, description }
      // A job may have given up on the one that was known while WeChat was asked.
      const payment = await ledger.add(merchant, made, actor)
      const parameters = await pay.signPayment(merchant.credential, { appId, prepayId })
      return { payment, parameters }
    },

    /**
     * The paid order behind a bill, looked up at WeChat where the ledger does not know it, or not as paid. Throws
     * not_found where the merchant has no such order, or it is of an app that is not asked about, and
     * payment_refused where it is not paid.
     */
    async getPaid(
      merchant: Merchant,
      billId: string,
      isAskedAbout: (appId: string) => boolean,
    ): Promise<Payment> {
      const known = await findPayment(database.sql, merchant.mchid, billId)
      if (known !== null && !isAskedAbout(known.appId)) throw unknownBill()
      if (known?.state === 'paid') return known
      const order = await pay.findOrderByBill(merchant.credential, billId)
      const isOwn = order !== null && merchant.apps.includes(order.appId) && isAskedAbout(order.appId)
      if (!isOwn) throw unknownBill()
      const recorded = await ledger.record(merchant, order, systemActor)
      if (recorded?.state === 'paid') return recorded
      throw new HubError('payment_refused', 'the bill is not paid')
    },

    /** What a notification tells. Null: of an order that is none of this hub's. */
    record: (merchant: Merchant, order: PayOrder): Promise<Payment | null> =>
      ledger.record(merchant, order, wechatActor),

    noteRefundElsewhere: ledger.noteRefundElsewhere,

    find: (mchid: string, billId: string): Promise<Payment | null> =>
      findPayment(database.sql, mchid, billId),

    list: (wanted: PaymentQuery, reach: Reach): Promise<Payment[]> =>
      listPayments(database.sql, reach, wanted),

    /** More than one where merchants use the same number. */
    listByBill: (billId: string, reach: Reach): Promise<Payment[]> =>
      listPaymentsByBill(database.sql, reach, billId),

    /** Asks WeChat about orders whose notification may have got lost. Returns what failed. */
    async checkDue(closing: AbortSignal): Promise<unknown[]> {
      const time = now()
      const claim = { now: time, until: time + claimMs, limit: checkedInARun }
      const due = await claimPayments(database.sql, claim)
      return workInParallel(due, check, { atOnce: checkedAtOnce, closing })
    },
  }
}

function unknownBill(): HubError {
  return new HubError('not_found', 'no such bill of this app')
}
