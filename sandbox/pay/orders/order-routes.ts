import { checkFields, parsePayBody } from '../calls/check-fields.ts'
import type { Fields } from '../calls/fields.ts'
import type { PayRequest, PayRoute } from '../calls/pay-route.ts'
import type { Pay } from '../pay.ts'
import { paramError } from '../pay-error.ts'
import { describeOrder } from './describe-order.ts'
import { orderPaid, orderUnknown } from './order-errors.ts'
import type { Order } from './order-store.ts'

const mchidFields: Fields = { mchid: { kind: 'text', name: '商户号', required: true, max: 32 } }

/** Query and close. */
export function createOrderRoutes({ orders }: Pay): PayRoute[] {
  return [
    {
      method: 'GET',
      path: '/v3/pay/transactions/out-trade-no/:outTradeNo',
      answer(request) {
        checkQuery(request)
        return describeOrder(orders, getOrder(request))
      },
    },
    {
      method: 'GET',
      path: '/v3/pay/transactions/id/:transactionId',
      answer(request) {
        checkQuery(request)
        const id = request.params.transactionId ?? ''
        if (!/^\d{28}$/.test(id)) throw paramError('微信订单号非法')
        const order = orders.findByTransactionId(id)
        if (order?.mchid !== request.merchant.mchid) throw orderUnknown()
        return describeOrder(orders, order)
      },
    },
    {
      method: 'POST',
      path: '/v3/pay/transactions/out-trade-no/:outTradeNo/close',
      answer(request) {
        const { mchid } = parsePayBody(request.body, mchidFields)
        if (mchid !== request.merchant.mchid)
          throw paramError('http header中的mchid与post payload中的mchid不匹配')
        const order = getOrder(request)
        if (order.paidAt !== null) throw orderPaid()
        order.isClosed = true
        return null
      },
    },
  ]

  function getOrder({ merchant, params }: PayRequest): Order {
    const order = orders.find(merchant.mchid, params.outTradeNo ?? '')
    if (order === null) throw orderUnknown()
    return order
  }
}

function checkQuery({ query, merchant }: PayRequest): void {
  const mchid = query.get('mchid') ?? undefined
  checkFields({ mchid }, mchidFields, { source: 'query', pointer: '/query' })
  if (mchid !== merchant.mchid)
    throw paramError('http header中的mchid与query中的mchid不匹配', undefined, 268_447_843)
}
