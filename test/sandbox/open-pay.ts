import { ok } from 'node:assert/strict'
import { createDecipheriv, createPublicKey, createSign, createVerify, randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { Json, OpenSandbox } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

export type PayMerchant = {
  mchid: string
  serial: string
  privateKey: string
  certificate: string
  apiV3Key: string
  publicKeyId: string
  publicKey: string
  appids: string[]
  keyMode: string
}
export type Answer = { status: number; headers: Headers; text: string; json: Json }
type CallOptions = {
  headers?: Record<string, string | undefined>
  /** Changes the parts of the authorization before it is signed, or the finished header. */
  sign?: { timestamp?: number; nonce?: string; mchid?: string; serial?: string; body?: string }
  authorization?: (header: string) => string | undefined
}
export type OpenPay = Awaited<ReturnType<typeof openPay>>

/** A sandbox and a merchant's own client, written for these tests. */
export async function openPay(t: TestContext) {
  const wechat = await openSandbox(t)
  const [merchant] = (await wechat.control('GET', '/merchants')) as unknown as PayMerchant[]
  ok(merchant)
  return { ...wechat, merchant, ...createPayCalls(wechat, merchant) }
}

export function createPayCalls({ url, control, app }: OpenSandbox, merchant: PayMerchant) {
  async function call(
    method: string,
    path: string,
    body?: Json | string,
    options: CallOptions = {},
  ): Promise<Answer> {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const authorization = toAuthorization(merchant, { method, path, text }, options.sign)
    const headers = {
      Accept: 'application/json',
      'User-Agent': 'test',
      'Content-Type': 'application/json',
      Authorization: options.authorization ? options.authorization(authorization) : authorization,
      ...options.headers,
    }
    const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const response = await fetch(url + path, { method, headers: given, ...(text !== '' && { body: text }) })
    const answer = await response.text()
    return { status: response.status, headers: response.headers, text: answer, json: toJson(answer) }
  }

  async function openid(user = 'u1'): Promise<string> {
    const users = (await control('GET', '/users')) as unknown as {
      id: string
      openids: Record<string, string>
    }[]
    return users.find(({ id }) => id === user)?.openids[(await app('mini_program')).appid] ?? ''
  }

  async function order(changes: Json = {}): Promise<Json> {
    return {
      appid: (await app('mini_program')).appid,
      mchid: merchant.mchid,
      description: '商品',
      out_trade_no: `order-${randomBytes(6).toString('hex')}`,
      notify_url: 'http://127.0.0.1:1/notify',
      amount: { total: 500, currency: 'CNY' },
      payer: { openid: await openid() },
      ...changes,
    }
  }

  /** A paid order, made by control. */
  async function paid(
    total = 500,
    changes: Json = {},
  ): Promise<Json & { outTradeNo: string; transactionId: string }> {
    const { appid } = await app('mini_program')
    const outTradeNo = `paid-${randomBytes(6).toString('hex')}`
    const body = { mchid: merchant.mchid, appid, userId: 'u1', outTradeNo, total, ...changes }
    return (await control('POST', '/payments', body)) as never
  }

  function refund(
    outTradeNo: string,
    outRefundNo: string,
    refundFen: number,
    total = 500,
    changes: Json = {},
  ) {
    const amount = { refund: refundFen, total, currency: 'CNY' }
    const body = { out_trade_no: outTradeNo, out_refund_no: outRefundNo, amount, ...changes }
    return call('POST', '/v3/refund/domestic/refunds', body)
  }

  return {
    call,
    openid,
    order,
    paid,
    refund,
    jsapi: (body: Json) => call('POST', '/v3/pay/transactions/jsapi', body),
  }
}

function toAuthorization(
  merchant: PayMerchant,
  { method, path, text }: { method: string; path: string; text: string },
  changes: CallOptions['sign'] = {},
): string {
  const { mchid = merchant.mchid, serial = merchant.serial, body = text } = changes
  const { timestamp = Math.floor(Date.now() / 1000), nonce = randomBytes(16).toString('hex') } = changes
  const message = `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`
  const signature = createSign('RSA-SHA256').update(message).sign(merchant.privateKey, 'base64')
  return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`
}

type Signed = { headers: { get(name: string): string | null }; text: string }

/** Whether the four headers fit the body under this key (PEM of a public key or certificate). */
export function isSigned({ headers, text }: Signed, pem: string): boolean {
  const message = `${headers.get('wechatpay-timestamp')}\n${headers.get('wechatpay-nonce')}\n${text}\n`
  const signature = headers.get('wechatpay-signature') ?? ''
  return createVerify('RSA-SHA256').update(message).verify(createPublicKey(pem), signature, 'base64')
}

export function decryptResource(resource: Json, apiV3Key: string): string {
  const bytes = Buffer.from(String(resource.ciphertext), 'base64')
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, String(resource.nonce))
  decipher.setAuthTag(bytes.subarray(-16)).setAAD(Buffer.from(String(resource.associated_data)))
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString()
}

function toJson(text: string): Json {
  return text === '' ? {} : (JSON.parse(text) as Json)
}
