import { describeOrder } from '../orders/describe-order.ts'
import type { Order } from '../orders/order-store.ts'
import type { Pay } from '../pay.ts'
import { describeRefundEvent } from '../refunds/describe-refund.ts'
import type { Refund, RefundStatus } from '../refunds/refund-store.ts'
import type { Notification } from './notification.ts'

const refundSummaries: Record<RefundStatus, string> = {
  PROCESSING: '退款处理中',
  SUCCESS: '退款成功',
  ABNORMAL: '退款异常',
  CLOSED: '退款关闭',
}

export function notifyPaid({ notifier, orders }: Pay, order: Order): Promise<Notification | null> {
  const { mchid, outTradeNo, notifyUrl: url } = order
  const event = {
    kind: 'transaction' as const,
    eventType: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    data: describeOrder(orders, order),
  }
  return notifier.notify(event, { mchid, outTradeNo, outRefundNo: null, url })
}

export function notifyRefund({ notifier }: Pay, refund: Refund): Promise<Notification | null> {
  const { order, outRefundNo, notifyUrl: url, status } = refund
  const { mchid, outTradeNo } = order
  const event = {
    kind: 'refund' as const,
    eventType: `REFUND.${status}`,
    summary: refundSummaries[status],
    data: describeRefundEvent(refund),
  }
  return notifier.notify(event, { mchid, outTradeNo, outRefundNo, url })
}
