import { randomBytes } from 'node:crypto'
import type { PayRefund } from '../../wechat/pay/refunds.ts'
import { HubError } from '../errors.ts'
import { createLanes } from '../lanes.ts'
import type { Merchant } from '../merchants/merchant.ts'
import type { Payments } from '../payments/payments.ts'
import type { Reach } from '../users/search-users.ts'
import { createPursuit, leaseMs, type PursuitDeps } from './pursuit.ts'
import { deleteBudgets } from './refund-budgets-store.ts'
import { findListedRefund, type ListedRefund, listRefunds, type RefundQuery } from './refund-list-store.ts'
import { checkRefundRequest, type RefundRequest } from './refund-request.ts'
import { findRefundByNumber } from './refunds-store.ts'
import { budgetDayOf, checkIdempotencyKey, reserveRefund } from './reserve-refund.ts'
import { settleRefund } from './settle-refund.ts'

export type Refunds = ReturnType<typeof createRefunds>

type Deps = PursuitDeps & {
  payments: Pick<Payments, 'getPaid' | 'find' | 'noteRefundElsewhere'>
}

type IsAskedAbout = (appId: string) => boolean

const keptDays = 100

/** Refunds: reserved here, then asked for at WeChat, then settled. docs/refunds.md tells the whole story. */
export function createRefunds(deps: Deps) {
  const { database, payments, now } = deps
  const pursuit = createPursuit(deps)
  const lanes = createLanes()
  const createNumber = (): string => `wr${randomBytes(15).toString('hex')}`

  async function getPaid(merchant: Merchant, request: RefundRequest, isAskedAbout: IsAskedAbout) {
    try {
      return await payments.getPaid(merchant, request.billId, isAskedAbout)
    } catch (error) {
      // Other parameters under a key that is known are the caller's mistake, whatever is wrong with the bill.
      await checkIdempotencyKey(database.sql, merchant.tenantId, request)
      throw error
    }
  }

  return {
    /**
     * Refunds a bill of a merchant, once for each idempotency key or identical call. `isAskedAbout` says for which
     * apps. A refund that is still `requested` when this returns may or may not reach WeChat: the hub goes on asking,
     * and so does the same call made again. Throws bad_request, not_found, conflict, forbidden, payment_refused,
     * app_misconfigured, upstream_limited and upstream_unavailable; then nothing was refunded by this call.
     */
    async request(
      place: { merchant: Merchant; isAskedAbout: IsAskedAbout },
      request: RefundRequest,
    ): Promise<ListedRefund> {
      checkRefundRequest(request)
      const { merchant, isAskedAbout } = place
      const paid = await getPaid(merchant, request, isAskedAbout)
      const wanted = { paid, tenantId: merchant.tenantId, request }
      const { payment, refund, isOurs } = await reserveRefund(
        { database, lanes, now, createNumber, leaseMs },
        wanted,
      )
      const outcome = await (isOurs ? pursuit.begin : pursuit.watch)(merchant, payment, refund)
      const { billId, appId, mchid, total } = payment
      return { ...outcome, billId, appId, mchid, total }
    },

    /** What a notification tells. Of a refund that is none of ours only its payment is noted. */
    async record(merchant: Merchant, told: PayRefund, source: string): Promise<void> {
      const { tenantId } = merchant
      const refund = await findRefundByNumber(database.sql, told.refundNo)
      const payment = await payments.find(merchant.mchid, told.billId)
      if (payment === null) return
      if (refund === null) return payments.noteRefundElsewhere(merchant, payment, told.refundNo)
      const isSame = refund.paymentId === payment.id && refund.fee === told.refundFen
      if (!isSame) throw new HubError('internal', 'WeChat tells of another refund under a number of ours')
      await settleRefund({ database, now, tenantId }, refund, { told, source })
    },

    list: (wanted: RefundQuery, reach: Reach): Promise<ListedRefund[]> =>
      listRefunds(database.sql, reach, wanted),

    find: (id: number, reach: Reach): Promise<ListedRefund | null> =>
      findListedRefund(database.sql, reach, id),

    checkDue: pursuit.checkDue,

    /** Removes counts of days long past, at most `limit`. Returns how many. */
    purge: (limit: number): Promise<number> =>
      deleteBudgets(database.sql, budgetDayOf(now()) - keptDays, limit),
  }
}
