import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { openPay } from './open-pay.ts'
import type { Json } from './open-sandbox.ts'

const path = '/v3/refund/domestic/refunds'
const minute = 60_000
const day = 24 * 60 * minute

test('accepts a refund, and settles it after five minutes by the clock', async (t) => {
  const { call, paid, refund, advance, merchant } = await openPay(t)
  const { outTradeNo, transactionId } = await paid()
  const accepted = await refund(outTradeNo, 'r@1|*-_', 200, 500, { reason: '商品已售完' })
  equal(accepted.status, 200)
  const { create_time: createTime, refund_id: refundId, ...rest } = accepted.json
  match(String(createTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
  match(String(refundId), /^50\d{27}$/)
  deepEqual(rest, {
    amount: {
      currency: 'CNY',
      discount_refund: 0,
      from: [],
      payer_refund: 200,
      payer_total: 500,
      refund: 200,
      refund_fee: 0,
      settlement_refund: 200,
      settlement_total: 500,
      total: 500,
    },
    channel: 'ORIGINAL',
    funds_account: 'UNSETTLED',
    out_refund_no: 'r@1|*-_',
    out_trade_no: outTradeNo,
    transaction_id: transactionId,
    promotion_detail: [],
    status: 'PROCESSING',
    user_received_account: '支付用户零钱',
  })
  const query = async () => (await call('GET', `${path}/${encodeURIComponent('r@1|*-_')}`)).json
  deepEqual(await query(), accepted.json)
  await advance(5 * minute - 5000)
  equal((await query()).status, 'PROCESSING')
  await advance(5000)
  const settled = await query()
  equal(settled.status, 'SUCCESS')
  match(String(settled.success_time), /\+08:00$/)
  const order = await call('GET', `/v3/pay/transactions/id/${transactionId}?mchid=${merchant.mchid}`)
  equal(order.json.trade_state, 'REFUND')
})

test('refunds once per number, and nothing else under the same number', async (t) => {
  const { call, paid, refund, control } = await openPay(t)
  const { outTradeNo, transactionId } = await paid()
  const other = await paid()
  const first = await refund(outTradeNo, 'same', 200)
  const amount = { refund: 200, total: 500, currency: 'CNY' }
  const byId = { transaction_id: transactionId, out_refund_no: 'same', amount }
  const repeated = await Promise.all([
    ...Array.from({ length: 20 }, () => refund(outTradeNo, 'same', 200)),
    call('POST', path, byId),
  ])
  for (const answer of repeated) equal(answer.text, first.text)
  const differing = [
    await refund(outTradeNo, 'same', 100),
    await refund(outTradeNo, 'same', 200, 600),
    await refund(other.outTradeNo, 'same', 200),
    await refund('unknown-order', 'same', 200),
  ]
  for (const answer of differing) {
    equal(answer.status, 400)
    equal(
      answer.text,
      '{"code":"INVALID_REQUEST","message":"订单金额或退款金额与之前请求不一致，请核实后再试"}',
    )
  }
  const [book] = (await control('GET', `/payments?outTradeNo=${outTradeNo}`)) as unknown as Json[]
  deepEqual([book?.refunds, book?.processing, book?.refunded, book?.left], [1, 200, 0, 300])
})

test('never refunds more than was paid, however many ask at once', async (t) => {
  const { paid, refund, rules, control } = await openPay(t)
  await rules({ refundSpacingMs: 0 })
  const { outTradeNo } = await paid()
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => refund(outTradeNo, `many-${index}`, 10)),
  )
  equal(answers.filter(({ status }) => status === 200).length, 50)
  for (const { status, text } of answers)
    if (status !== 200) equal(text, '{"code":"INVALID_REQUEST","message":"订单已全额退款"}')
  const listed = (await control('GET', `/refunds?outTradeNo=${outTradeNo}`)) as unknown as {
    refund: number
  }[]
  equal(
    listed.reduce((sum, each) => sum + each.refund, 0),
    500,
  )
  const { outTradeNo: second } = await paid()
  await refund(second, 'part', 400)
  match((await refund(second, 'too-much', 101)).text, /INVALID_REQUEST.*大于/)
  equal((await refund(second, 'rest', 100)).status, 200)
})

test('allows fifty partial refunds of an order, a minute apart', async (t) => {
  const { paid, refund, rules, advance } = await openPay(t)
  const { outTradeNo } = await paid()
  equal((await refund(outTradeNo, 'p1', 100)).status, 200)
  const early = await refund(outTradeNo, 'p2', 100)
  deepEqual([early.status, early.json.code], [400, 'INVALID_REQUEST'])
  equal((await refund((await paid()).outTradeNo, 'elsewhere', 100)).status, 200)
  equal((await refund(outTradeNo, 'p1', 100)).status, 200, 'a repetition is no second refund')
  await advance(minute)
  equal((await refund(outTradeNo, 'p2', 100)).status, 200)
  await rules({ refundSpacingMs: 0, refundLimit: 3 })
  equal((await refund(outTradeNo, 'p3', 1)).status, 200)
  match((await refund(outTradeNo, 'p4', 1)).text, /INVALID_REQUEST.*次数/)
  await rules({ refundLimit: null })
  equal((await refund(outTradeNo, 'p4', 1)).status, 200)
})

test('refunds paid orders only, for a year', async (t) => {
  const { paid, refund, jsapi, order, advance, call } = await openPay(t)
  const unknown = await refund('unknown-order', 'r1', 1)
  deepEqual([unknown.status, unknown.json], [404, { code: 'RESOURCE_NOT_EXISTS', message: '订单不存在' }])
  const body = await order()
  await jsapi(body)
  const unpaid = await refund(String(body.out_trade_no), 'r1', 1)
  deepEqual([unpaid.status, unpaid.json], [404, { code: 'RESOURCE_NOT_EXISTS', message: '原订单不存在' }])
  const [early, late] = [await paid(), await paid()]
  const both = { transaction_id: early.transactionId }
  equal((await refund(late.outTradeNo, 'r1', 1, 500, both)).json.code, 'INVALID_REQUEST')
  equal(
    (await call('POST', path, { out_refund_no: 'r1', amount: { refund: 1, total: 1, currency: 'CNY' } }))
      .status,
    400,
  )
  await advance(365 * day - minute)
  equal((await refund(early.outTradeNo, 'r1', 1)).status, 200)
  await advance(2 * minute)
  const overdue = await refund(late.outTradeNo, 'r2', 1)
  deepEqual([overdue.status, overdue.json.code], [400, 'TRADE_OVERDUE'])
})

test('checks every documented rule of a refund', async (t) => {
  const { paid, call, refund } = await openPay(t)
  const { outTradeNo } = await paid()
  const good = { out_trade_no: outTradeNo, out_refund_no: 'r1' }
  const amount = { refund: 100, total: 500, currency: 'CNY' }
  const cases: [Json, RegExp][] = [
    [{ ...good, out_refund_no: undefined, amount }, /\/body\/out_refund_no.*必填项/],
    [{ ...good, out_refund_no: 'r 1', amount }, /out_refund_no.*正则表达式/],
    [{ ...good, out_refund_no: 'x'.repeat(65), amount }, /大于最大值 64/],
    [{ ...good, reason: '字'.repeat(27), amount }, /字节数 81，大于最大值 80/],
    [{ ...good, notify_url: 'https://a.example/?b', amount }, /notify_url/],
    [{ ...good, funds_account: 'BASIC', amount }, /funds_account/],
    [{ ...good, amount: { ...amount, refund: 0 } }, /refund.*值低于最小值 1/],
    [{ ...good, amount: { ...amount, refund: -1 } }, /refund.*值低于最小值 1/],
    [{ ...good, amount: { ...amount, refund: 2 ** 53 } }, /64 位有符号整数/],
    [{ ...good, amount: { refund: 100, total: 500 } }, /currency.*必填项/],
    [{ ...good, amount: { ...amount, from: [{ account: 'X', amount: 1 }] } }, /from\/0\/account/],
    [{ ...good, amount, refund_fee: 1 }, /未在API文档中定义/],
  ]
  for (const [body, message] of cases) {
    const answer = await call('POST', path, body)
    deepEqual([answer.status, answer.json.code], [400, 'PARAM_ERROR'], answer.text)
    match(String(answer.json.message), message)
  }
  const from = [{ account: 'AVAILABLE', amount: 99 }]
  equal((await call('POST', path, { ...good, amount: { ...amount, from } })).json.code, 'INVALID_REQUEST')
  equal((await refund(outTradeNo, 'r1', 100, 500, { reason: `${'字'.repeat(26)}xx` })).status, 200)
})

test('pays refunds from the balance, which the number survives', async (t) => {
  const { paid, refund, control, merchant } = await openPay(t)
  const { mchid } = merchant
  const balance = async () => ((await control('POST', '/merchants', { mchid })) as Json).balanceFen
  await control('POST', '/merchants', { mchid, balanceFen: 100 })
  const { outTradeNo } = await paid()
  const poor = await refund(outTradeNo, 'r1', 200)
  equal(poor.status, 403)
  equal(poor.text, '{"code":"NOT_ENOUGH","message":"基本账户余额不足，请充值后重新发起"}')
  await control('POST', '/merchants', { mchid, balanceFen: 250 })
  equal((await refund(outTradeNo, 'r1', 200)).status, 200)
  equal(await balance(), 50)
  await control('POST', '/refunds/r1', { status: 'CLOSED' })
  equal(await balance(), 250)
})

test('limits successful and failing requests of a second, if asked', async (t) => {
  const { paid, refund, rules } = await openPay(t)
  const { outTradeNo } = await paid()
  await rules({ failedRefundSecondLimit: 0 })
  const failing = await refund('unknown-order', 'r1', 1)
  deepEqual([failing.status, failing.json.code], [429, 'FREQUENCY_LIMITED'])
  match(failing.headers.get('request-id') ?? '', /-268447840$/)
  equal((await refund(outTradeNo, 'r1', 500)).status, 200)
  await rules({ failedRefundSecondLimit: null, refundSecondLimit: 0 })
  equal((await refund(outTradeNo, 'r1', 500)).status, 429)
  await rules({ refundSecondLimit: 150 })
  equal((await refund(outTradeNo, 'r1', 500)).status, 200)
})

test('settles by control, and keeps what is final', async (t) => {
  const { call, paid, refund, control, url, advance } = await openPay(t)
  const { outTradeNo } = await paid()
  const settle = async (no: string, status: string) => {
    const body = JSON.stringify({ status })
    return (await fetch(`${url}/_sandbox/refunds/${no}`, { method: 'POST', body })).status
  }
  await refund(outTradeNo, 'r1', 500)
  equal(await settle('r1', 'ABNORMAL'), 200)
  equal((await call('GET', `${path}/r1`)).json.status, 'ABNORMAL')
  match((await refund(outTradeNo, 'r2', 500)).text, /订单已全额退款/)
  await advance(day)
  equal((await call('GET', `${path}/r1`)).json.status, 'ABNORMAL', 'nobody mends it by waiting')
  equal(await settle('r1', 'CLOSED'), 200)
  equal(await settle('r1', 'SUCCESS'), 400)
  equal(await settle('r1', 'PROCESSING'), 400)
  equal(await settle('none', 'SUCCESS'), 404)
  equal((await refund(outTradeNo, 'r1', 500)).json.status, 'CLOSED')
  equal((await refund(outTradeNo, 'r2', 500)).status, 200, 'what was closed can be refunded again')
  const [book] = (await control('GET', `/payments?outTradeNo=${outTradeNo}`)) as unknown as Json[]
  deepEqual([book?.processing, book?.refunded, book?.left], [500, 0, 0])
})
