import { toBeijingTime } from '../beijing-time.ts'
import type { Order, OrderStore } from './order-store.ts'

const descriptions = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款，退款详情请查询退款单',
  CLOSED: '订单已关闭',
}

/** What a query answers and a notification contains. */
export function describeOrder(orders: OrderStore, order: Order) {
  const { appid, mchid, outTradeNo, attach, openid, totalFen, transactionId, paidAt } = order
  const state = orders.stateOf(order)
  const common = { appid, attach, mchid, out_trade_no: outTradeNo, payer: { openid }, promotion_detail: [] }
  const trade = { trade_state: state, trade_state_desc: descriptions[state] }
  if (paidAt === null || transactionId === null)
    return { amount: { currency: 'CNY', payer_currency: 'CNY', total: totalFen }, ...common, ...trade }
  return {
    amount: { currency: 'CNY', payer_currency: 'CNY', payer_total: totalFen, total: totalFen },
    ...common,
    bank_type: 'OTHERS',
    success_time: toBeijingTime(paidAt),
    ...trade,
    trade_type: 'JSAPI',
    transaction_id: transactionId,
  }
}
