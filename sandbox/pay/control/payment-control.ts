import type { App } from '../../apps/app-store.ts'
import { ControlError } from '../../control/control-error.ts'
import type { ControlRoute } from '../../control/control-route.ts'
import { checkFieldNames, readNumber, readText, required } from '../../control/fields.ts'
import { getApp, getUser } from '../../control/user-control.ts'
import type { World } from '../../world.ts'
import { notifyPaid } from '../notifications/events.ts'
import { notifyUrlPattern, outTradeNoPattern } from '../orders/jsapi-fields.ts'
import type { Order } from '../orders/order-store.ts'
import type { Pay } from '../pay.ts'
import { toSearch } from './book-search.ts'
import { describePayment } from './describe-book.ts'
import { getMerchant } from './merchant-control.ts'

const path = '/_sandbox/payments'

export function createPaymentControl(world: World): ControlRoute[] {
  const { pay } = world
  const { orders } = pay
  return [
    {
      method: 'GET',
      path,
      answer: ({ query }) =>
        orders
          .list()
          .filter(toSearch(query))
          .map((order) => describePayment(pay, order)),
    },
    {
      method: 'POST',
      path,
      async answer({ body }) {
        const order = insertPaidOrder(world, body)
        await notifyPaid(pay, order)
        return describePayment(pay, order)
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/users/:id/pay',
      async answer({ params, body }) {
        const user = getUser(world, params.id)
        checkFieldNames(body, ['prepayId'])
        const order = getPayableOrder(pay, required(readText(body, 'prepayId'), 'prepayId'))
        if (world.users.openidOf(user, getApp(world, order.appid)) !== order.openid)
          throw new ControlError(`prepayId: ordered for another user than ${user.id}`)
        orders.pay(order)
        const notification = await notifyPaid(pay, order)
        return { ...describePayment(pay, order), notification }
      },
    },
  ]
}

/** What an older shop sold. */
function insertPaidOrder(world: World, body: Record<string, unknown>): Order {
  const { pay } = world
  checkFieldNames(body, [
    'mchid',
    'appid',
    'userId',
    'outTradeNo',
    'total',
    'attach',
    'notifyUrl',
    'refunded',
  ])
  const merchant = getMerchant(pay, readText(body, 'mchid'))
  const app = getApp(world, readText(body, 'appid'))
  checkBound(merchant.appids, app)
  const user = getUser(world, required(readText(body, 'userId'), 'userId'))
  const outTradeNo = required(readText(body, 'outTradeNo', outTradeNoPattern), 'outTradeNo')
  const totalFen = required(readNumber(body, 'total', { min: 1 }), 'total')
  const refundedFen = readNumber(body, 'refunded', { max: totalFen }) ?? 0
  if (pay.orders.find(merchant.mchid, outTradeNo) !== null)
    throw new ControlError(`outTradeNo ${outTradeNo} exists already`)
  const order = pay.orders.insert({
    mchid: merchant.mchid,
    appid: app.appid,
    outTradeNo,
    description: 'Demo',
    attach: readText(body, 'attach') ?? '',
    notifyUrl: readText(body, 'notifyUrl', notifyUrlPattern) ?? null,
    totalFen,
    openid: world.users.openidOf(user, app),
    expiresAt: Number.POSITIVE_INFINITY,
    fingerprint: '',
  })
  pay.orders.pay(order)
  if (refundedFen > 0) insertOldRefund(pay, order, refundedFen)
  return order
}

function insertOldRefund({ refunds }: Pay, order: Order, refundFen: number): void {
  const outRefundNo = `old-${order.outTradeNo}`
  const request = { outRefundNo, refundFen, notifyUrl: null, fundsAccount: 'UNSETTLED', from: [] }
  const refund = refunds.insert(order, request)
  refunds.settle(refund, 'SUCCESS')
  order.partlyRefundedAt = null
}

function getPayableOrder({ orders, clock }: Pay, prepayId: string): Order {
  const order = orders.findByPrepayId(prepayId.replace(/^prepay_id=/, ''))
  if (order === null) throw new ControlError('prepayId is not known here')
  const state = orders.stateOf(order)
  if (state !== 'NOTPAY') throw new ControlError(`prepayId: the order is ${state}`)
  if (order.prepayExpiresAt <= clock.now()) throw new ControlError('prepayId has expired')
  return order
}

function checkBound(appids: readonly string[], { appid }: App): void {
  if (!appids.includes(appid)) throw new ControlError(`appid ${appid} is not bound to the merchant`)
}
