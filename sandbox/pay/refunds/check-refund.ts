import type { Merchant } from '../merchants/merchant-store.ts'
import type { Order } from '../orders/order-store.ts'
import type { Pay } from '../pay.ts'
import { invalidRequest, PayError } from '../pay-error.ts'
import type { RefundBody } from './refund-fields.ts'
import type { Refund } from './refund-store.ts'

const refundableMs = 365 * 86_400_000

const amountsDiffer = () => invalidRequest('订单金额或退款金额与之前请求不一致，请核实后再试', 268_498_688)

/** The same number again is the same refund if the order and the amounts are the same. */
export function checkSameRefund({ order, refundFen }: Refund, wanted: Order | null, body: RefundBody): void {
  const { refund, total } = body.amount
  if (order !== wanted || refundFen !== refund || order.totalFen !== total) throw amountsDiffer()
}

/** WeChat's rules for a new refund of a paid order. */
export function checkNewRefund(pay: Pay, { order, body }: { order: Order; body: RefundBody }): void {
  const { clock, rules } = pay
  const { refund, total, from } = body.amount
  if (order.totalFen !== total) throw amountsDiffer()
  if (from !== undefined && from.reduce((sum, { amount }) => sum + amount, 0) !== refund)
    throw invalidRequest('退款出资账户的出资金额之和与退款金额不一致')
  if (clock.now() - (order.paidAt ?? 0) > refundableMs)
    throw new PayError(400, 'TRADE_OVERDUE', '订单已经超过退款期限')
  if (order.refundedFen >= order.totalFen) throw invalidRequest('订单已全额退款')
  if (refund > order.totalFen - order.refundedFen) throw invalidRequest('申请退款金额大于订单可退款金额')
  if (refund === order.totalFen) return
  if (order.refunds.length >= (rules.refundLimit ?? Number.POSITIVE_INFINITY))
    throw invalidRequest('订单部分退款次数超过限制')
  const sinceMs = clock.now() - (order.partlyRefundedAt ?? Number.NEGATIVE_INFINITY)
  if (sinceMs < rules.refundSpacingMs) throw invalidRequest('同一订单的多次部分退款需间隔1分钟', 268_447_840)
}

/** What is refunded comes from the merchant's account. */
export function takeFromBalance(merchant: Merchant, refundFen: number): void {
  if (merchant.balanceFen === null) return
  if (merchant.balanceFen < refundFen)
    throw new PayError(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起')
  merchant.balanceFen -= refundFen
}
