import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { startReceiver } from '../sandbox/notify-receiver.ts'
import { failureOf, openClient } from './open-client.ts'

for (const mode of ['byCertificate', 'byPublicKey'] as const) {
  test(`pays, finds, refunds and closes, ${mode}`, async (t) => {
    const client = await openClient(t)
    const { pay, sandbox, newOrder, newRefund } = client
    const merchant = client[mode]
    const order = await newOrder()
    const prepayId = await pay.prepay(merchant, order)
    equal((await pay.findOrderByBill(merchant, order.billId))?.state, 'NOTPAY')
    await sandbox.control('POST', '/users/u1/pay', { prepayId })

    const paid = await pay.findOrderByBill(merchant, order.billId)
    ok(paid)
    const { billId, appId, openId: payerOpenId, totalFen } = order
    const { mchid } = merchant
    ok(Math.abs(Number(paid.paidAt) - Date.now()) < 60_000)
    const { transactionId, paidAt } = paid
    deepEqual(paid, {
      ...{ billId, appId, payerOpenId, totalFen, mchid, transactionId, paidAt },
      state: 'SUCCESS',
      attach: null,
    })
    deepEqual(await pay.findOrderByTransaction(merchant, String(transactionId)), paid)

    const refund = newRefund(billId, `refund-of-${billId}`)
    const accepted = await pay.requestRefund(merchant, refund)
    deepEqual([accepted.state, accepted.refundFen, accepted.totalFen], ['PROCESSING', 200, 500])
    deepEqual(await pay.requestRefund(merchant, refund), accepted)
    deepEqual(await pay.findRefund(merchant, refund.refundNo), accepted)
    await sandbox.control('POST', `/refunds/${refund.refundNo}`, { status: 'SUCCESS' })
    const done = await pay.findRefund(merchant, refund.refundNo)
    deepEqual([done?.state, done?.succeededAt === null], ['SUCCESS', false])

    const unpaid = await newOrder()
    await pay.prepay(merchant, unpaid)
    await pay.closeOrder(merchant, unpaid.billId)
    await pay.closeOrder(merchant, unpaid.billId)
    equal((await pay.findOrderByBill(merchant, unpaid.billId))?.state, 'CLOSED')
    const refused = await failureOf(pay.closeOrder(merchant, billId))
    deepEqual([refused.code, refused.failure.outcome], ['upstream_refused', 'refused'])
  })
}

test('finds nothing where there is nothing', async (t) => {
  const { pay, byPublicKey } = await openClient(t)
  equal(await pay.findOrderByBill(byPublicKey, 'no-such-bill'), null)
  equal(await pay.findRefund(byPublicKey, 'no-such-refund'), null)
})

test('signs what wx.requestPayment takes', async (t) => {
  const { pay, byPublicKey, appId, sandbox } = await openClient(t)
  const parameters = await pay.signPayment(byPublicKey, { appId, prepayId: 'wx2611' })
  const { timeStamp, nonceStr, paySign } = parameters
  deepEqual(parameters, { appId, timeStamp, nonceStr, package: 'prepay_id=wx2611', signType: 'RSA', paySign })
  match(timeStamp, /^\d{10}$/)
  const message = `${appId}\n${timeStamp}\n${nonceStr}\nprepay_id=wx2611\n`
  const key = createPublicKey(sandbox.merchant.privateKey)
  ok(verify('RSA-SHA256', Buffer.from(message), key, Buffer.from(paySign, 'base64')))
})

test('keeps what WeChat said of a refusal, down to its request id', async (t) => {
  const { pay, byCertificate, newOrder, newRefund } = await openClient(t)
  const { billId } = await newOrder()
  const { code, failure } = await failureOf(pay.requestRefund(byCertificate, newRefund(billId, 'r1')))
  const { status, code: word, message, requestId } = failure.answer ?? {}
  deepEqual(
    [code, failure.outcome, status, word],
    ['upstream_refused', 'refused', 404, 'RESOURCE_NOT_EXISTS'],
  )
  equal(message, '订单不存在')
  match(String(requestId), /^[0-9A-F]+-\d+$/)
  const detailed = await failureOf(
    pay.requestRefund(byCertificate, { ...newRefund(billId, 'r1'), refundFen: 0 }),
  )
  equal(detailed.failure.answer?.code, 'PARAM_ERROR')
  ok(detailed.failure.answer?.detail)
})

test('turns to the second host where the first cannot be reached, and leaves the first alone for a while', async (t) => {
  let time = Date.now()
  const first = await startReceiver(t, { status: 500 })
  const { port } = new URL(first.url)
  await first.close()
  const { pay, byPublicKey } = await openClient(t, {
    now: () => time,
    urls: (url) => [`http://127.0.0.1:${port}`, url],
  })
  const ask = () => pay.findOrderByBill(byPublicKey, 'no-such-bill')
  equal(await ask(), null)
  await first.listen(Number(port))
  equal(await ask(), null)
  equal(first.received.length, 0)
  time += 31_000
  equal((await failureOf(ask())).failure.outcome, 'unknown')
  ok(first.received.length > 0)
})

test('says that nothing was sent where no host can be reached', async (t) => {
  const { pay, byPublicKey, newRefund } = await openClient(t, {
    urls: () => ['http://127.0.0.1:1', 'http://127.0.0.1:1'],
  })
  const { code, failure } = await failureOf(pay.requestRefund(byPublicKey, newRefund('b1', 'r1')))
  deepEqual([code, failure.outcome, failure.answer], ['upstream_unavailable', 'unsent', null])
})

test('never sends a refund to the second host that the first may have got', async (t) => {
  const { pay, byPublicKey, newRefund, sandbox } = await openClient(t, { urls: (url) => [url, url] })
  const { outTradeNo } = await sandbox.paid(500)
  const path = '/v3/refund/domestic/refunds'
  await sandbox.fault({ path, drop: 'before', times: 1 })
  const { failure } = await failureOf(pay.requestRefund(byPublicKey, newRefund(outTradeNo, 'r1')))
  equal(failure.outcome, 'unknown')
  equal((await sandbox.control('GET', `/calls?path=${path}`)).count, 1)
})
