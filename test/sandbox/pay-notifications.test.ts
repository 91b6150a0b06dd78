import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import type { Received } from './notify-receiver.ts'
import { startReceiver, until } from './notify-receiver.ts'
import type { OpenPay } from './open-pay.ts'
import { decryptResource, isSigned, openPay } from './open-pay.ts'
import type { Json } from './open-sandbox.ts'

type Listed = { id: string; state: string; nextAt: number | null; attempts: { status: number | null }[] }
type Body = { id: string; event_type: string; summary: string; resource: Json }

async function open(t: TestContext, status = 200) {
  const pay = await openPay(t)
  const receiver = await startReceiver(t, { status })
  const list = async () => (await pay.control('GET', '/notifications')) as unknown as Listed[]
  return { ...pay, receiver, list, platform: await platformOf(pay) }
}

async function platformOf({ control }: OpenPay): Promise<string> {
  const [platform] = (await control('GET', '/certificates')) as unknown as { certificate: string }[]
  return platform?.certificate ?? ''
}

const parse = (received: Received | undefined) => JSON.parse(received?.text ?? '') as Body

test('tells of a payment: signed, encrypted, with what a query shows', async (t) => {
  const { jsapi, order, control, receiver, platform, merchant, call } = await open(t)
  const body = await order({ notify_url: receiver.url })
  const { prepay_id: prepayId } = (await jsapi(body)).json
  const paid = await control('POST', '/users/u1/pay', { prepayId })
  equal((paid.notification as Listed).state, 'delivered')
  const [received] = receiver.received
  ok(received && isSigned(received, platform))
  equal(received.headers.get('wechatpay-signature-type'), 'WECHATPAY2-SHA256-RSA2048')
  equal(received.headers.get('content-type'), 'application/json')
  const event = parse(received)
  match(event.id, /^[0-9a-f]{8}-[0-9a-f]{4}-/)
  deepEqual([event.event_type, event.summary], ['TRANSACTION.SUCCESS', '支付成功'])
  const { ciphertext: _, nonce, ...resource } = event.resource
  equal(String(nonce).length, 12)
  deepEqual(resource, {
    original_type: 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    associated_data: 'transaction',
  })
  const path = `/v3/pay/transactions/out-trade-no/${body.out_trade_no}?mchid=${merchant.mchid}`
  deepEqual(JSON.parse(decryptResource(event.resource, merchant.apiV3Key)), (await call('GET', path)).json)
})

test('tells of each end of a refund under its own names', async (t) => {
  const { paid, refund, control, receiver, merchant } = await open(t)
  const { outTradeNo, transactionId } = await paid()
  const notify_url = receiver.url
  const events: string[] = []
  for (const [status, fen] of [
    ['SUCCESS', 100],
    ['CLOSED', 500],
    ['ABNORMAL', 500],
  ] as const) {
    const order = fen === 100 ? outTradeNo : (await paid()).outTradeNo
    const { refund_id } = (await refund(order, `r-${status}`, fen, 500, { notify_url })).json
    await control('POST', `/refunds/r-${status}`, { status })
    const event = parse(receiver.received.at(-1))
    events.push(`${event.event_type} ${event.summary}`)
    const data = JSON.parse(decryptResource(event.resource, merchant.apiV3Key)) as Json
    equal(data.refund_status, status)
    equal(data.status, undefined)
    equal(data.refund_id, refund_id)
    equal('success_time' in data, status === 'SUCCESS')
    if (status !== 'SUCCESS') continue
    deepEqual(
      [data.mchid, data.out_trade_no, data.transaction_id],
      [merchant.mchid, outTradeNo, transactionId],
    )
    deepEqual(data.amount, { total: 500, refund: 100, payer_total: 500, payer_refund: 100 })
  }
  deepEqual(events, ['REFUND.SUCCESS 退款成功', 'REFUND.CLOSED 退款关闭', 'REFUND.ABNORMAL 退款异常'])
})

test('says nothing without an address', async (t) => {
  const { paid, refund, control, list } = await open(t)
  await refund((await paid()).outTradeNo, 'r1', 500)
  equal((await control('POST', '/refunds/r1', { status: 'SUCCESS' })).notification, null)
  deepEqual(await list(), [])
})

test('repeats itself on the documented schedule, fifteen times', async (t) => {
  const { paid, receiver, list, advance } = await open(t, 500)
  await paid(500, { notifyUrl: receiver.url })
  const seconds = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600]
  for (const [index, wait] of seconds.entries()) {
    await until(async () => (await list())[0]?.nextAt !== null)
    await advance(wait * 1000 - 5000)
    equal(receiver.received.length, index + 1)
    await advance(5000)
    await until(() => receiver.received.length === index + 2)
  }
  await until(async () => (await list())[0]?.state === 'given_up')
  await advance(86_400_000)
  equal(receiver.received.length, 16)
  const ids = new Set(receiver.received.map((received) => parse(received).id))
  const nonces = new Set(receiver.received.map(({ headers }) => headers.get('wechatpay-nonce')))
  deepEqual([ids.size, nonces.size], [1, 16], 'one notification, signed anew each time')
})

for (const status of [200, 204])
  test(`is content with ${status}, and with nothing else`, async (t) => {
    const { paid, receiver, list, advance } = await open(t, 202)
    await paid(500, { notifyUrl: receiver.url })
    equal((await list())[0]?.state, 'waiting')
    receiver.status = status
    await advance(15_000)
    await until(async () => (await list())[0]?.state === 'delivered')
    equal((await list())[0]?.nextAt, null)
    await advance(86_400_000)
    equal(receiver.received.length, 2)
  })

test('repeats for who cannot be reached, and ends with a reset', async (t) => {
  const { paid, receiver, list, advance, control } = await open(t)
  await paid(500, { notifyUrl: 'http://127.0.0.1:1/notify' })
  const [notification] = await list()
  deepEqual([notification?.state, notification?.attempts[0]?.status], ['waiting', null])
  await control('POST', '/reset')
  await advance(15_000)
  deepEqual(await list(), [])
  equal(receiver.received.length, 0)
})

test('can be told to wait, and then to send in any order and more than once', async (t) => {
  const { paid, receiver, rules, control, list, advance } = await open(t)
  await rules({ holdNotifications: true })
  const [first, second] = [
    await paid(1, { notifyUrl: receiver.url }),
    await paid(2, { notifyUrl: receiver.url }),
  ]
  await advance(86_400_000)
  equal(receiver.received.length, 0)
  await control('POST', '/notifications', { outTradeNo: second.outTradeNo })
  const sent = await control('POST', '/notifications', { outTradeNo: first.outTradeNo, times: 3 })
  equal((sent.attempts as Json[]).length, 3)
  const ids = receiver.received.map((received) => parse(received).id)
  const [a, b] = (await list()).map(({ id }) => id)
  deepEqual(ids, [b, a, a, a])
  deepEqual(
    (await list()).map(({ state }) => state),
    ['delivered', 'delivered'],
  )
})

test('sends what a merchant has to refuse, and goes on until the true one is taken', async (t) => {
  const { paid, receiver, control, platform, list } = await open(t, 400)
  const { outTradeNo } = await paid(500, { notifyUrl: receiver.url })
  receiver.status = 200
  const send = async (tamper: string): Promise<Received> => {
    await control('POST', '/notifications', { outTradeNo, tamper })
    const received = receiver.received.at(-1)
    ok(received)
    return received
  }
  const genuine = receiver.received[0]
  for (const tamper of ['signature', 'body', 'probe']) ok(!isSigned(await send(tamper), platform), tamper)
  notEqual((await send('body')).text, genuine?.text)
  match((await send('probe')).headers.get('wechatpay-signature') ?? '', /^WECHATPAY\/SIGNTEST\//)
  equal((await send('unsigned')).headers.get('wechatpay-signature'), null)
  const stale = await send('stale')
  ok(isSigned(stale, platform))
  ok(Number(stale.headers.get('wechatpay-timestamp')) < Date.now() / 1000 - 500)
  const foreign = await send('serial')
  notEqual(foreign.headers.get('wechatpay-serial'), genuine?.headers.get('wechatpay-serial'))
  equal((await list())[0]?.state, 'waiting')
  await control('POST', '/notifications', { outTradeNo })
  equal((await list())[0]?.state, 'delivered')
})

test('sends probes now and then, before the true ones', async (t) => {
  const { paid, receiver, rules, list } = await open(t)
  await rules({ signTestEvery: 2 })
  for (let times = 0; times < 4; times += 1) await paid(1, { notifyUrl: receiver.url })
  const probes = receiver.received.map(({ headers }) =>
    (headers.get('wechatpay-signature') ?? '').startsWith('WECHATPAY/SIGNTEST/'),
  )
  deepEqual(probes, [false, true, false, false, true, false])
  ok((await list()).every(({ state }) => state === 'delivered'))
})

test('switches the callbacks of a merchant over to the public key', async (t) => {
  const { paid, receiver, control, merchant } = await open(t)
  const signed = async (changes: Json) => {
    await control('POST', '/merchants', { mchid: merchant.mchid, ...changes })
    receiver.received.length = 0
    await Promise.all(Array.from({ length: 40 }, () => paid(1, { notifyUrl: receiver.url })))
    const byKey = receiver.received.filter((received) => isSigned(received, merchant.publicKey))
    for (const { headers } of byKey) equal(headers.get('wechatpay-serial'), merchant.publicKeyId)
    return byKey.length
  }
  equal(await signed({}), 0)
  const half = await signed({ callbackPublicKeyPercent: 50 })
  ok(half > 0 && half < 40, `${half}`)
  equal(await signed({ callbackPublicKeyPercent: 100 }), 40)
  equal(await signed({ callbackPublicKeyPercent: 0, keyMode: 'public_key' }), 40)
})

test('refuses control calls that make no sense', async (t) => {
  const { url, paid, merchant } = await open(t)
  await paid()
  const cases: [string, Json, number][] = [
    ['notifications', {}, 400],
    ['notifications', { outTradeNo: 'none' }, 404],
    ['notifications', { id: 'x', tamper: 'much' }, 404],
    ['notifications', { mchid: merchant.mchid, times: 0 }, 404],
    ['notifications', { colour: 1 }, 400],
    ['merchants', { keyMode: 'none' }, 400],
    ['merchants', { mchid: merchant.mchid, appids: ['wx0'] }, 400],
    ['merchants', { apiV3Key: 'short' }, 400],
    ['certificates', { sign: 1 }, 400],
    ['faults', { path: '/v3/*', tamper: 'x' }, 400],
    ['faults', { path: '/sns/*', tamper: 'body' }, 400],
    ['faults', { path: '/v3/*', tamper: 'body', drop: 'after' }, 400],
    ['rules', { outTradeNoUsedStatus: 42 }, 400],
  ]
  for (const [path, body, status] of cases) {
    const response = await fetch(`${url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
    equal(response.status, status, `${path} ${JSON.stringify(body)}`)
  }
})
