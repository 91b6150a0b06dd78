import { toBeijingTime } from '../beijing-time.ts'
import type { Refund } from './refund-store.ts'

const receivedAccount = '支付用户零钱'

function describeIds({ order, outRefundNo, refundId }: Refund) {
  const { outTradeNo, transactionId } = order
  return {
    out_refund_no: outRefundNo,
    out_trade_no: outTradeNo,
    refund_id: refundId,
    transaction_id: transactionId,
  }
}

const describeSuccess = ({ succeededAt }: Refund) =>
  succeededAt === null ? {} : { success_time: toBeijingTime(succeededAt) }

/** What a request and a query answer. */
export function describeRefund(refund: Refund) {
  const { order, refundFen, from, status, createdAt, fundsAccount } = refund
  const total = order.totalFen
  return {
    amount: {
      currency: 'CNY',
      discount_refund: 0,
      from,
      payer_refund: refundFen,
      payer_total: total,
      refund: refundFen,
      refund_fee: 0,
      settlement_refund: refundFen,
      settlement_total: total,
      total,
    },
    channel: 'ORIGINAL',
    create_time: toBeijingTime(createdAt),
    funds_account: fundsAccount,
    ...describeIds(refund),
    promotion_detail: [],
    status,
    ...describeSuccess(refund),
    user_received_account: receivedAccount,
  }
}

/** What a notification contains: other names and fewer of them. */
export function describeRefundEvent(refund: Refund) {
  const { order, refundFen, status } = refund
  const total = order.totalFen
  return {
    mchid: order.mchid,
    ...describeIds(refund),
    refund_status: status,
    ...describeSuccess(refund),
    user_received_account: receivedAccount,
    amount: { total, refund: refundFen, payer_total: total, payer_refund: refundFen },
  }
}
