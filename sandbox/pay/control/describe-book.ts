import { toBeijingTime } from '../beijing-time.ts'
import type { Order } from '../orders/order-store.ts'
import type { Pay } from '../pay.ts'
import type { Refund, RefundStatus } from '../refunds/refund-store.ts'

/** An order with the sums of its refunds, in fen. `left` can still be refunded. */
export function describePayment({ orders }: Pay, order: Order) {
  const { mchid, appid, outTradeNo, transactionId, prepayId, openid, totalFen, paidAt, refundedFen } = order
  return {
    mchid,
    appid,
    outTradeNo,
    transactionId,
    prepayId,
    openid,
    total: totalFen,
    tradeState: orders.stateOf(order),
    paidAt: paidAt === null ? null : toBeijingTime(paidAt),
    refunds: order.refunds.length,
    refunded: sumOf(order, 'SUCCESS'),
    processing: sumOf(order, 'PROCESSING'),
    abnormal: sumOf(order, 'ABNORMAL'),
    left: paidAt === null ? 0 : totalFen - refundedFen,
  }
}

export function describeBookedRefund(refund: Refund) {
  const { order, outRefundNo, refundId, refundFen, status, createdAt, succeededAt } = refund
  return {
    mchid: order.mchid,
    outTradeNo: order.outTradeNo,
    transactionId: order.transactionId,
    outRefundNo,
    refundId,
    refund: refundFen,
    total: order.totalFen,
    status,
    createdAt: toBeijingTime(createdAt),
    succeededAt: succeededAt === null ? null : toBeijingTime(succeededAt),
  }
}

function sumOf({ refunds }: Order, status: RefundStatus): number {
  return refunds.reduce((sum, refund) => (refund.status === status ? sum + refund.refundFen : sum), 0)
}
