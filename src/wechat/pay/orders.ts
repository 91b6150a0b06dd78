import { randomBytes } from 'node:crypto'
import type { MerchantCredential } from './merchant-credential.ts'
import type { PayChannel } from './pay-channel.ts'
import { findPayFailure } from './pay-failure.ts'
import { createFieldReader, type Fields, type ToError, unreadable } from './read-fields.ts'
import { toSignedMessage } from './signature.ts'

/** REFUND: at least one refund was asked for, of whatever amount and outcome. */
export const orderStates = [
  'SUCCESS',
  'REFUND',
  'NOTPAY',
  'CLOSED',
  'REVOKED',
  'USERPAYING',
  'PAYERROR',
] as const

export type OrderState = (typeof orderStates)[number]

/** An order as WeChat Pay tells of it. Times are milliseconds, amounts fen. */
export type PayOrder = {
  /** `out_trade_no` */
  billId: string
  transactionId: string | null
  appId: string
  mchid: string
  state: OrderState
  /** Null for orders that nobody paid: WeChat does not tell it then. */
  totalFen: number | null
  payerOpenId: string | null
  paidAt: number | null
  attach: string | null
}

/** `notifyUrl`: https, without a query. `expiresAt` in milliseconds; WeChat keeps an order for 7 days without it. */
export type NewOrder = {
  billId: string
  appId: string
  openId: string
  description: string
  totalFen: number
  notifyUrl: string
  expiresAt?: number | undefined
  attach?: string | undefined
}

/** What `wx.requestPayment` takes, as it stands. */
export type PaymentParameters = {
  appId: string
  timeStamp: string
  nonceStr: string
  package: string
  signType: 'RSA'
  paySign: string
}

const ordersPath = '/v3/pay/transactions'

/**
 * JSAPI and mini programs. Answers the prepay_id, which is good for 2 hours. The same bill can be asked for again
 * with the same words, and gives an id again; with others it is refused.
 */
export async function prepay(
  channel: PayChannel,
  merchant: MerchantCredential,
  order: NewOrder,
): Promise<string> {
  const name = `${ordersPath}/jsapi`
  const { expiresAt, attach } = order
  const body = {
    appid: order.appId,
    mchid: merchant.mchid,
    description: order.description,
    out_trade_no: order.billId,
    ...(expiresAt !== undefined && { time_expire: toBeijingTime(expiresAt) }),
    ...(attach !== undefined && { attach }),
    notify_url: order.notifyUrl,
    amount: { total: order.totalFen, currency: 'CNY' },
    payer: { openid: order.openId },
  }
  const answer = await channel.call(merchant, { method: 'POST', name, path: name, body })
  return createFieldReader(answer, unreadable(name)).text('prepay_id')
}

/** Signs a prepay_id for the client, as often as one likes. `now` in milliseconds. */
export async function signPayment(
  channel: PayChannel,
  merchant: MerchantCredential,
  { appId, prepayId, now }: { appId: string; prepayId: string; now: number },
): Promise<PaymentParameters> {
  const timeStamp = String(Math.floor(now / 1000))
  const nonceStr = randomBytes(16).toString('hex')
  const content = `prepay_id=${prepayId}`
  const message = toSignedMessage(appId, timeStamp, nonceStr, content)
  const paySign = await channel.sign(merchant, message)
  return { appId, timeStamp, nonceStr, package: content, signType: 'RSA', paySign }
}

/** Null where this merchant has no such order. */
export function findOrderByBill(
  channel: PayChannel,
  merchant: MerchantCredential,
  billId: string,
): Promise<PayOrder | null> {
  return findOrder(channel, merchant, { way: 'out-trade-no', field: 'out_trade_no', number: billId })
}

/** Null where this merchant has no such order. */
export function findOrderByTransaction(
  channel: PayChannel,
  merchant: MerchantCredential,
  transactionId: string,
): Promise<PayOrder | null> {
  return findOrder(channel, merchant, { way: 'id', field: 'transaction_id', number: transactionId })
}

/** Nobody can pay it any more; done twice it is done once. Refused where it is paid. */
export async function closeOrder(
  channel: PayChannel,
  merchant: MerchantCredential,
  billId: string,
): Promise<void> {
  await channel.call(merchant, {
    method: 'POST',
    name: `${ordersPath}/out-trade-no/{number}/close`,
    path: `${ordersPath}/out-trade-no/${encodeURIComponent(billId)}/close`,
    body: { mchid: merchant.mchid },
  })
}

export function toPayOrder(fields: Fields | null, mchid: string, toError: ToError): PayOrder {
  const read = createFieldReader(fields, toError)
  const amount = createFieldReader(read.inner('amount'), toError)
  return {
    billId: read.text('out_trade_no'),
    transactionId: read.optionalText('transaction_id'),
    appId: read.text('appid'),
    mchid: read.same('mchid', mchid),
    state: read.oneOf('trade_state', orderStates),
    totalFen: amount.has('total') ? amount.fen('total') : null,
    payerOpenId: createFieldReader(read.inner('payer'), toError).optionalText('openid'),
    paidAt: read.optionalTime('success_time'),
    attach: read.optionalText('attach'),
  }
}

type OrderQuestion = { way: string; field: 'out_trade_no' | 'transaction_id'; number: string }

async function findOrder(
  channel: PayChannel,
  merchant: MerchantCredential,
  { way, field, number }: OrderQuestion,
): Promise<PayOrder | null> {
  const { mchid } = merchant
  const name = `${ordersPath}/${way}/{number}`
  const path = `${ordersPath}/${way}/${encodeURIComponent(number)}?mchid=${encodeURIComponent(mchid)}`
  try {
    const answer = await channel.call(merchant, { method: 'GET', name, path, isQuery: true })
    createFieldReader(answer, unreadable(name)).same(field, number)
    return toPayOrder(answer, mchid, unreadable(name))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

const missingCodes = new Set(['ORDER_NOT_EXIST', 'RESOURCE_NOT_EXISTS'])

/** WeChat surely said that there is no such thing. */
export function isMissing(error: unknown): boolean {
  const failure = findPayFailure(error)
  if (failure?.outcome !== 'refused' || failure.answer?.status !== 404) return false
  return missingCodes.has(failure.answer.code)
}

/** RFC 3339 with China's offset, as WeChat wants it. */
function toBeijingTime(time: number): string {
  return `${new Date(time + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
