import { parsePayBody } from '../calls/check-fields.ts'
import type { PayRequest, PayRoute } from '../calls/pay-route.ts'
import type { Pay } from '../pay.ts'
import { PayError, paramError } from '../pay-error.ts'
import { toCanonicalJson } from './canonical-json.ts'
import type { JsapiBody } from './jsapi-fields.ts'
import { jsapiFields } from './jsapi-fields.ts'
import { orderClosed, orderPaid } from './order-errors.ts'
import type { Order, OrderRequest } from './order-store.ts'

export function createPrepayRoutes(pay: Pay): PayRoute[] {
  const { orders } = pay
  return [
    {
      method: 'POST',
      path: '/v3/pay/transactions/jsapi',
      answer(request) {
        const wanted = parseOrder(pay, request)
        const known = orders.find(wanted.mchid, wanted.outTradeNo)
        if (known !== null) checkSameOrder(pay, known, wanted)
        return { prepay_id: orders.prepay(known ?? orders.insert(wanted)) }
      },
    },
  ]
}

function parseOrder(pay: Pay, { body: text, merchant }: PayRequest): OrderRequest {
  // The definition of the fields has checked what the type says.
  const body = parsePayBody(text, jsapiFields) as unknown as JsapiBody
  const { appid, mchid } = body
  if (mchid !== merchant.mchid) throw paramError('http header中的mchid与post payload中的mchid不匹配')
  if (!merchant.appids.includes(appid)) {
    const { appidMismatchStatus } = pay.rules
    const message = 'appid和mch_id不匹配，请检查后再试'
    throw new PayError(appidMismatchStatus, 'APPID_MCHID_NOT_MATCH', message, { subCode: 268_445_527 })
  }
  checkPayer(pay, body)
  return {
    appid,
    mchid,
    outTradeNo: body.out_trade_no,
    description: body.description,
    attach: body.attach ?? '',
    notifyUrl: body.notify_url,
    totalFen: body.amount.total,
    openid: body.payer.openid,
    expiresAt: toExpiry(pay, body.time_expire),
    fingerprint: toCanonicalJson(body),
  }
}

function checkPayer({ apps, users }: Pay, { appid, payer: { openid } }: JsapiBody): void {
  const app = apps.find(appid)
  if (app !== null && users.findByOpenid(openid, app) !== null) return
  throw paramError('无效的openid', { location: 'body', value: openid }, 268_501_013)
}

function toExpiry({ clock, rules }: Pay, timeExpire: string | undefined): number {
  if (timeExpire === undefined) return clock.now() + rules.orderLifetimeMs
  const expiresAt = Date.parse(timeExpire)
  if (expiresAt > clock.now()) return expiresAt
  throw paramError('支付结束时间time_expire已过期', { location: 'body', value: timeExpire })
}

/** The same number again is the same order, and only with identical parameters. */
function checkSameOrder({ orders, rules }: Pay, known: Order, wanted: OrderRequest): void {
  const state = orders.stateOf(known)
  if (state === 'SUCCESS' || state === 'REFUND') throw orderPaid()
  if (state === 'CLOSED') throw orderClosed()
  if (known.fingerprint === wanted.fingerprint) return
  throw new PayError(rules.outTradeNoUsedStatus, 'OUT_TRADE_NO_USED', '商户订单号重复', {
    subCode: 268_498_688,
  })
}
