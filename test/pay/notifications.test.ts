import { deepEqual, equal, ok } from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { findDoubt, type PayPush } from '../../src/wechat/pay/notifications.ts'
import { type Received, startReceiver, until } from '../sandbox/notify-receiver.ts'
import type { Json } from '../sandbox/open-sandbox.ts'
import { failureOf, openClient, signPush } from './open-client.ts'

for (const percent of [0, 100]) {
  const kind = percent === 0 ? 'a certificate' : 'the public key'
  test(`reads what WeChat Pay tells, signed with ${kind}`, async (t) => {
    const { pay, byPublicKey, sandbox, appId, receiver, paid, last } = await openPushes(t, percent)
    const { outTradeNo } = await paid()
    const payment = await pay.readNotification(byPublicKey, await last(1))
    ok(payment.kind === 'payment')
    const { order } = payment
    deepEqual([payment.eventType, order.billId, order.state], ['TRANSACTION.SUCCESS', outTradeNo, 'SUCCESS'])
    deepEqual([order.appId, order.mchid, order.totalFen], [appId, byPublicKey.mchid, 500])

    const refund = {
      billId: outTradeNo,
      refundNo: 'r1',
      refundFen: 200,
      totalFen: 500,
      notifyUrl: receiver.url,
    }
    const accepted = await pay.requestRefund(byPublicKey, refund)
    await sandbox.control('POST', '/refunds/r1', { status: 'SUCCESS' })
    const told = await pay.readNotification(byPublicKey, await last(2))
    ok(told.kind === 'refund')
    const { succeededAt } = told.refund
    ok(succeededAt)
    deepEqual(
      [told.eventType, told.refund],
      ['REFUND.SUCCESS', { ...accepted, state: 'SUCCESS', succeededAt }],
    )
    equal(payment.id === told.id, false)
    // The same again is as true as before.
    deepEqual(await pay.readNotification(byPublicKey, await last(2)), told)
  })

  test(`refuses what WeChat Pay did not sign just now with ${kind}`, async (t) => {
    const { pay, byPublicKey, sandbox, paid, last, receiver } = await openPushes(t, percent)
    const { outTradeNo } = await paid()
    await last(1)
    const doubts = {
      signature: 'forged',
      body: 'forged',
      unsigned: 'unsigned',
      stale: 'stale',
      serial: 'unknown_serial',
      probe: 'probe',
    }
    for (const [tamper, doubt] of Object.entries(doubts)) {
      const before = receiver.received.length
      await sandbox.control('POST', '/notifications', { outTradeNo, tamper })
      const error = await errorOf(pay.readNotification(byPublicKey, await last(before + 1)))
      deepEqual([error.code, findDoubt(error)], ['forbidden', doubt], tamper)
    }
  })
}

test('refuses what was meant for another merchant, and what is malformed', async (t) => {
  const { pay, byCertificate, sandbox } = await openPushes(t, 0)
  const [certificate] = (await sandbox.control('GET', '/certificates')) as unknown as { serial: string }[]
  const seal = (content: string) => {
    const nonce = randomBytes(6).toString('hex')
    const cipher = createCipheriv('aes-256-gcm', byCertificate.apiV3Key.reveal(), nonce)
    cipher.setAAD(Buffer.from('transaction'))
    const bytes = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
    return {
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: bytes.toString('base64'),
      nonce,
      associated_data: 'transaction',
    }
  }
  const event = { id: 'e1', event_type: 'TRANSACTION.SUCCESS', resource: seal('{}') }
  const order = { mchid: '1900000999', appid: 'wx1', out_trade_no: 'b1', trade_state: 'SUCCESS' }
  const refund = {
    ...{
      mchid: '1900000999',
      out_trade_no: 'b1',
      transaction_id: 't1',
      refund_id: 'w1',
      out_refund_no: 'r1',
    },
    ...{ refund_status: 'SUCCESS', amount: { refund: 1, total: 1 } },
  }
  const bodies: [string, string][] = [
    ['', 'bad_request'],
    ['[]', 'bad_request'],
    ['null', 'bad_request'],
    ['{"id":1}', 'bad_request'],
    [JSON.stringify({ ...event, resource: null }), 'bad_request'],
    [JSON.stringify({ ...event, resource: { ...event.resource, algorithm: 'none' } }), 'bad_request'],
    [JSON.stringify({ ...event, resource: { ...event.resource, ciphertext: 'AAAA' } }), 'forbidden'],
    [JSON.stringify({ ...event, resource: { ...event.resource, associated_data: 'refund' } }), 'forbidden'],
    [JSON.stringify(event), 'bad_request'],
    [JSON.stringify({ ...event, resource: seal('no JSON') }), 'bad_request'],
    [JSON.stringify({ ...event, resource: seal(JSON.stringify(order)) }), 'bad_request'],
    [
      JSON.stringify({ ...event, event_type: 'REFUND.SUCCESS', resource: seal(JSON.stringify(refund)) }),
      'bad_request',
    ],
  ]
  for (const [body, code] of bodies) {
    const push = signPush(body, String(certificate?.serial))
    equal((await errorOf(pay.readNotification(byCertificate, push))).code, code, body)
  }
  const own = { ...order, mchid: byCertificate.mchid }
  const good = JSON.stringify({ ...event, resource: seal(JSON.stringify(own)) })
  equal(
    (await pay.readNotification(byCertificate, signPush(good, String(certificate?.serial)))).kind,
    'payment',
  )
  const foreign = JSON.stringify({ ...event, event_type: 'COUPON.USE', resource: seal(JSON.stringify(own)) })
  equal(
    (await pay.readNotification(byCertificate, signPush(foreign, String(certificate?.serial)))).kind,
    'other',
  )
})

test('asks to come again where the certificate cannot be had now', async (t) => {
  const { pay, byCertificate, sandbox, paid, last } = await openPushes(t, 0)
  await paid()
  const push = await last(1)
  await sandbox.fault({ path: '/v3/certificates', status: 502, times: 1 })
  const { code } = await failureOf(pay.readNotification(byCertificate, push))
  equal(code, 'upstream_unavailable')
})

/** A client, and an address that takes the sandbox's notifications. */
async function openPushes(t: TestContext, callbackPublicKeyPercent: number) {
  const client = await openClient(t)
  const receiver = await startReceiver(t)
  const { mchid } = client.byPublicKey
  await client.sandbox.control('POST', '/merchants', { mchid, callbackPublicKeyPercent })
  return {
    ...client,
    receiver,
    paid: () => client.sandbox.paid(500, { notifyUrl: receiver.url }),
    /** The newest, once so many have come. */
    async last(count: number): Promise<PayPush> {
      await until(() => receiver.received.length >= count)
      return toPush(receiver.received[count - 1] as Received)
    },
  }
}

const names = ['timestamp', 'nonce', 'signature', 'serial']

function toPush({ headers, text }: Received): PayPush {
  const given: Json = {}
  for (const name of names) given[`wechatpay-${name}`] = headers.get(`wechatpay-${name}`) ?? undefined
  return { headers: given as PayPush['headers'], body: Buffer.from(text) }
}

async function errorOf(work: Promise<unknown>): Promise<{ code?: string }> {
  return work.then(
    () => {
      throw new Error('it was taken')
    },
    (error) => error,
  )
}
