import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import WechatpayNodeV3 from 'wechatpay-node-v3'
import { PayRequest } from 'wechatpay-node-v3/dist/lib/pay-request.js'
import { startReceiver, until } from './notify-receiver.ts'
import type { OpenPay, PayMerchant } from './open-pay.ts'
import { createPayCalls, openPay } from './open-pay.ts'
import type { Json } from './open-sandbox.ts'

type Call = {
  get(config?: Json): Promise<{ status: number; data: Json }>
  post(body: Json, config?: Json): Promise<{ status: number; data: Json }>
}
/** The part of the chain that is used here; the SDK makes any path out of names. */
type Chain = {
  v3: {
    certificates: Call
    pay: { transactions: { jsapi: Call; outTradeNo: { $out_trade_no$: Call & { close: Call } } } }
    refund: { domestic: { refunds: Call & { $out_refund_no$: Call } } }
  }
}

type Mode = 'certificate' | 'public key'
const modes: readonly Mode[] = ['certificate', 'public key']

/** The demo merchant, who still has certificates, or one who has the public key only. */
async function openMerchant(t: TestContext, mode: Mode) {
  const pay = await openPay(t)
  if (mode === 'certificate') return pay
  const change = { mchid: pay.merchant.mchid, keyMode: 'public_key' }
  const merchant = (await pay.control('POST', '/merchants', change)) as unknown as PayMerchant
  return { ...pay, merchant, ...createPayCalls(pay, merchant) }
}

async function toTrustedKeys({ merchant, control }: OpenPay, mode: Mode): Promise<Record<string, string>> {
  if (mode === 'public key') return { [merchant.publicKeyId]: merchant.publicKey }
  const listed = (await control('GET', '/certificates')) as unknown as {
    serial: string
    certificate: string
  }[]
  return Object.fromEntries(listed.map(({ serial, certificate }) => [serial, certificate]))
}

for (const mode of modes) {
  test(`serves wechatpay-axios-plugin from prepay to refund, with ${mode}`, async (t) => {
    const pay = await openMerchant(t, mode)
    const { merchant } = pay
    const certs = await toTrustedKeys(pay, mode)
    const { mchid, serial, privateKey } = merchant
    const options = { mchid, serial, privateKey, certs, baseURL: pay.url }
    const sdk = new Wechatpay(options) as unknown as Chain
    const receiver = await startReceiver(t)
    const body = await pay.order({ notify_url: receiver.url })
    const outTradeNo = String(body.out_trade_no)
    const prepaid = await sdk.v3.pay.transactions.jsapi.post(body)
    match(String(prepaid.data.prepay_id), /^wx/)
    await pay.control('POST', '/users/u1/pay', { prepayId: prepaid.data.prepay_id })

    const [arrived] = receiver.received
    ok(arrived)
    const at = (name: string) => arrived.headers.get(`wechatpay-${name}`) ?? ''
    const message = Formatter.response(at('timestamp'), at('nonce'), arrived.text)
    equal(Rsa.verify(message, at('signature'), certs[at('serial')] ?? ''), true)
    const { resource } = JSON.parse(arrived.text) as { resource: Record<string, string> }
    const { nonce = '', ciphertext = '', associated_data: aad = '' } = resource
    const event = JSON.parse(Aes.AesGcm.decrypt(ciphertext, merchant.apiV3Key, nonce, aad)) as Json
    equal(event.trade_state, 'SUCCESS')

    const path = sdk.v3.pay.transactions.outTradeNo.$out_trade_no$
    const queried = await path.get({ params: { mchid }, out_trade_no: outTradeNo })
    deepEqual(queried.data, event)
    const amount = { refund: 200, total: 500, currency: 'CNY' }
    const refund = { out_trade_no: outTradeNo, out_refund_no: 'refund-1', amount }
    equal((await sdk.v3.refund.domestic.refunds.post(refund)).data.status, 'PROCESSING')
    await pay.control('POST', '/refunds/refund-1', { status: 'SUCCESS' })
    const found = await sdk.v3.refund.domestic.refunds.$out_refund_no$.get({ out_refund_no: 'refund-1' })
    equal(found.data.status, 'SUCCESS')
    equal((found.data.amount as Json).refund, 200)

    const second = await pay.order()
    await sdk.v3.pay.transactions.jsapi.post(second)
    const closed = await path.close.post({ mchid }, { out_trade_no: second.out_trade_no })
    equal(closed.status, 204)
    await rejects(path.close.post({ mchid }, { out_trade_no: outTradeNo }), (error: Error) => {
      deepEqual((error as Error & { response?: { data: Json } }).response?.data, {
        code: 'ORDER_PAID',
        message: '该订单已支付',
      })
      return true
    })
    if (mode === 'public key') return
    const { data } = (await sdk.v3.certificates.get()).data as { data: { serial_no: string }[] }
    deepEqual(
      data.map(({ serial_no }) => serial_no),
      Object.keys(certs),
    )
  })

  test(`serves wechatpay-node-v3 from prepay to refund, with ${mode}`, async (t) => {
    const pay = await openMerchant(t, mode)
    const { merchant } = pay
    const sdk = createNodeV3(pay, mode)
    const receiver = await startReceiver(t)
    const { mchid: _, ...body } = await pay.order({ notify_url: receiver.url })
    const outTradeNo = String(body.out_trade_no)
    const prepaid = await sdk.transactions_jsapi(body as never)
    equal(prepaid.status, 200, JSON.stringify(prepaid))
    const prepayId = String(prepaid.data.package)
    await pay.control('POST', '/users/u1/pay', { prepayId })

    const [arrived] = receiver.received
    ok(arrived)
    const at = (name: string) => arrived.headers.get(`wechatpay-${name}`) ?? ''
    if (mode === 'public key') {
      equal(at('serial'), merchant.publicKeyId)
      ;(WechatpayNodeV3 as unknown as { certificates: Json }).certificates[merchant.publicKeyId] =
        merchant.publicKey
    }
    const [timestamp, nonce, serial, signature] = [
      at('timestamp'),
      at('nonce'),
      at('serial'),
      at('signature'),
    ]
    equal(await sdk.verifySign({ timestamp, nonce, serial, signature, body: arrived.text }), true)
    const { resource } = JSON.parse(arrived.text) as { resource: Record<string, string> }
    const event = sdk.decipher_gcm<Json>(
      resource.ciphertext ?? '',
      resource.associated_data ?? '',
      resource.nonce ?? '',
      merchant.apiV3Key,
    )
    equal(event.out_trade_no, outTradeNo)

    equal((await sdk.query({ out_trade_no: outTradeNo })).data.trade_state, 'SUCCESS')
    const id = String(event.transaction_id)
    equal((await sdk.query({ transaction_id: id })).data.out_trade_no, outTradeNo)
    const amount = { refund: 500, total: 500, currency: 'CNY' }
    const refund = { transaction_id: id, out_refund_no: 'refund-2', amount, notify_url: receiver.url }
    equal((await sdk.refunds(refund as never)).data?.status, 'PROCESSING')
    await pay.advance(300_000)
    await until(() => receiver.received.length === 2)
    equal((await sdk.find_refunds('refund-2')).data?.status, 'SUCCESS')
    const again = { ...refund, out_refund_no: 'refund-3' }
    const refused = await sdk.refunds(again as never)
    equal(refused.status, 400)
    match(String(refused.error), /订单已全额退款/)

    const second = await pay.order()
    await sdk.transactions_jsapi(second as never)
    equal((await sdk.close(String(second.out_trade_no))).status, 204)
    if (mode === 'public key') {
      await rejects(sdk.get_certificates(merchant.apiV3Key), /拉取平台证书失败/)
      return
    }
    const listed = (await sdk.get_certificates(merchant.apiV3Key)) as { publicKey: string }[]
    equal(listed.length, 1)
    match(String(listed[0]?.publicKey), /BEGIN PUBLIC KEY/)
  })
}

/** Its own transport, pointed at the sandbox. */
function createNodeV3({ merchant, url, app: _ }: OpenPay, mode: Mode): WechatpayNodeV3 {
  const sdk = new WechatpayNodeV3({
    appid: merchant.appids[0] ?? '',
    mchid: merchant.mchid,
    publicKey: Buffer.from(merchant.certificate),
    privateKey: Buffer.from(merchant.privateKey),
    key: merchant.apiV3Key,
  })
  const transport = new PayRequest()
  const redirect = (address: string) => address.replace('https://api.mch.weixin.qq.com', url)
  const extra = mode === 'public key' ? { 'Wechatpay-Serial': merchant.publicKeyId } : {}
  sdk.createHttp({
    get: (address, headers) => transport.get(redirect(address), { ...headers, ...extra }),
    post: (address, params, headers) => transport.post(redirect(address), params, { ...headers, ...extra }),
    upload: (address, params, headers) => transport.upload(redirect(address), params, headers),
  })
  return sdk
}
