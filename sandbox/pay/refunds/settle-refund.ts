import { notifyRefund } from '../notifications/events.ts'
import type { Notification } from '../notifications/notification.ts'
import type { Pay } from '../pay.ts'
import type { Refund, RefundStatus } from './refund-store.ts'

/** Ends a refund, gives the money of a closed one back, and notifies. Resolves after the first attempt. */
export function settleRefund(pay: Pay, refund: Refund, status: RefundStatus): Promise<Notification | null> {
  pay.refunds.settle(refund, status)
  const merchant = pay.merchants.find(refund.order.mchid)
  if (status === 'CLOSED' && merchant !== null && merchant.balanceFen !== null)
    merchant.balanceFen += refund.refundFen
  return notifyRefund(pay, refund)
}

/** What becomes of an accepted refund by itself: the wallet has the money after some minutes. */
export function settleLater(pay: Pay, refund: Refund): void {
  const { schedule, clock, rules } = pay
  schedule.at(clock.now() + rules.refundSettleMs, () => {
    if (refund.status === 'PROCESSING') void settleRefund(pay, refund, 'SUCCESS')
  })
}
