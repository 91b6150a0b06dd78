import { parsePayBody } from '../calls/check-fields.ts'
import type { PayRequest, PayRoute } from '../calls/pay-route.ts'
import type { Merchant } from '../merchants/merchant-store.ts'
import type { Order } from '../orders/order-store.ts'
import type { Pay } from '../pay.ts'
import { invalidRequest, PayError, paramError } from '../pay-error.ts'
import { checkNewRefund, checkSameRefund, takeFromBalance } from './check-refund.ts'
import { describeRefund } from './describe-refund.ts'
import type { RefundBody } from './refund-fields.ts'
import { refundFields } from './refund-fields.ts'
import type { Refund } from './refund-store.ts'
import { settleLater } from './settle-refund.ts'

export function createRefundRoutes(pay: Pay): PayRoute[] {
  const { refunds } = pay
  return [
    {
      method: 'POST',
      path: '/v3/refund/domestic/refunds',
      answer: (request) => limit(pay, request.merchant, () => describeRefund(refund(pay, request))),
    },
    {
      method: 'GET',
      path: '/v3/refund/domestic/refunds/:outRefundNo',
      answer({ merchant, params }) {
        const refund = refunds.find(merchant.mchid, params.outRefundNo ?? '')
        if (refund === null) throw resourceUnknown('退款单不存在')
        return describeRefund(refund)
      },
    },
  ]
}

function refund(pay: Pay, { body: text, merchant }: PayRequest): Refund {
  // The definition of the fields has checked what the type says.
  const body = parsePayBody(text, refundFields) as unknown as RefundBody
  const order = findOrder(pay, merchant, body)
  const known = pay.refunds.find(merchant.mchid, body.out_refund_no)
  if (known !== null) {
    checkSameRefund(known, order, body)
    return known
  }
  if (order === null) throw resourceUnknown('订单不存在')
  if (order.paidAt === null) throw resourceUnknown('原订单不存在')
  checkNewRefund(pay, { order, body })
  takeFromBalance(merchant, body.amount.refund)
  const accepted = pay.refunds.insert(order, {
    outRefundNo: body.out_refund_no,
    refundFen: body.amount.refund,
    notifyUrl: body.notify_url ?? null,
    fundsAccount: body.funds_account ?? 'UNSETTLED',
    from: body.amount.from ?? [],
  })
  settleLater(pay, accepted)
  return accepted
}

/** By the number of WeChat or of the merchant; both together have to mean the same order. */
function findOrder({ orders }: Pay, { mchid }: Merchant, body: RefundBody): Order | null {
  const { transaction_id: transactionId, out_trade_no: outTradeNo } = body
  if (transactionId === undefined && outTradeNo === undefined)
    throw paramError(
      '输入源“/body/transaction_id”映射到字段“微信支付订单号”必填性规则校验失败，此字段为必填项',
      {
        location: 'body',
        value: '',
      },
    )
  const byNumber = outTradeNo === undefined ? null : orders.find(mchid, outTradeNo)
  if (transactionId === undefined) return byNumber
  const order = orders.findByTransactionId(transactionId)
  if (order?.mchid !== mchid) return null
  if (outTradeNo !== undefined && order !== byNumber)
    throw invalidRequest('您的请求参数与订单信息不一致', 268_447_843)
  return order
}

function resourceUnknown(message: string): PayError {
  return new PayError(404, 'RESOURCE_NOT_EXISTS', message, { subCode: 268_512_771 })
}

/** Requests that succeed and those that fail have limits of their own. */
function limit<T>({ quotas, rules }: Pay, { mchid }: Merchant, work: () => T): T {
  const take = (kind: string, perSecond: number | null) => {
    if (quotas.take(mchid, kind, perSecond, 'second')) return
    throw new PayError(429, 'FREQUENCY_LIMITED', '请求频率超限，请降低频率后原单重试', {
      subCode: 268_447_840,
    })
  }
  take('refund', rules.refundSecondLimit)
  try {
    return work()
  } catch (error) {
    take('failed refund', rules.failedRefundSecondLimit)
    throw error
  }
}
