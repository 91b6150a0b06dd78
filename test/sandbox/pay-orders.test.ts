import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { openPay } from './open-pay.ts'
import type { Json } from './open-sandbox.ts'

type Recorded = { endpoint: string; status: number; change?: Json; body: Json }
const recordings: Recorded[] = JSON.parse(
  readFileSync(new URL('pay-recorded-errors.json', import.meta.url), 'utf8'),
)

for (const { endpoint, status, change, body } of recordings)
  test(`answers ${endpoint} with ${JSON.stringify(change ?? null)} as WeChat Pay was recorded to`, async (t) => {
    const { call, order, merchant } = await openPay(t)
    const [method = '', path = ''] = endpoint.split(' ')
    const query = method === 'GET' && path.includes('transactions') ? `?mchid=${merchant.mchid}` : ''
    const answer = await call(method, path + query, method === 'GET' ? undefined : await order(change))
    equal(answer.text, JSON.stringify(body))
    equal(answer.status, status)
  })

test('checks every documented rule of an order', async (t) => {
  const { jsapi, order, app } = await openPay(t)
  const second = (await app('official_account')).appid
  const cases: [Json | null, string, RegExp][] = [
    [{ out_trade_no: 'short' }, 'PARAM_ERROR', /字符数 5，小于最小值 6/],
    [{ out_trade_no: 'x'.repeat(33) }, 'PARAM_ERROR', /字符数 33，大于最大值 32/],
    [{ out_trade_no: 'order number' }, 'PARAM_ERROR', /正则表达式/],
    [{ description: '字'.repeat(128) }, 'PARAM_ERROR', /大于最大值 127/],
    [{ attach: 'x'.repeat(129) }, 'PARAM_ERROR', /大于最大值 128/],
    [{ notify_url: 'https://shop.example/notify?a=1' }, 'PARAM_ERROR', /通知地址/],
    [{ notify_url: `https://shop.example/${'x'.repeat(240)}` }, 'PARAM_ERROR', /大于最大值 255/],
    [{ amount: { total: '500' } }, 'PARAM_ERROR', /64 位有符号整数/],
    [{ amount: { total: 1.5 } }, 'PARAM_ERROR', /64 位有符号整数/],
    [{ amount: { total: 1, currency: 'USD' } }, 'PARAM_ERROR', /货币类型/],
    [{ amount: 500 }, 'PARAM_ERROR', /对象/],
    [{ payer: {} }, 'PARAM_ERROR', /\/body\/payer\/openid.*必填项/],
    [{ payer: { openid: 'oNobody' } }, 'PARAM_ERROR', /openid/],
    [{ appid: second }, 'PARAM_ERROR', /openid/],
    [{ appid: 'wx0000000000000000' }, 'APPID_MCHID_NOT_MATCH', /appid/],
    [{ time_expire: 'tomorrow' }, 'PARAM_ERROR', /time_expire/],
    [{ time_expire: '2020-01-01T00:00:00+08:00' }, 'PARAM_ERROR', /time_expire/],
    [{ detail: { goods_detail: [{ quantity: 1 }] } }, 'PARAM_ERROR', /goods_detail\/0\/merchant_goods_id/],
  ]
  for (const [change, code, message] of cases) {
    const answer = await jsapi(await order(change ?? {}))
    equal(answer.json.code, code, answer.text)
    match(String(answer.json.message), message)
    equal(answer.status, 400)
  }
  const full = {
    time_expire: '2099-01-01T00:00:00+08:00',
    attach: '',
    goods_tag: 'WXG',
    support_fapiao: true,
    scene_info: { payer_client_ip: '14.23.150.211', store_info: { id: '0001' } },
    settle_info: { profit_sharing: false },
  }
  equal((await jsapi(await order(full))).status, 200)
})

test('takes hostile bodies for what they are', async (t) => {
  const { call } = await openPay(t)
  const path = '/v3/pay/transactions/jsapi'
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const nested = [`{"appid":${deep}}`, `{"detail":${deep}}`, `{"x":${deep}}`]
  const bodies = [...nested, 'null', '[]', '1', '{', 'a=b', '['.repeat(50_000), '{"amount":{"total":1e999}}']
  for (const body of [...bodies, '{"__proto__":{"appid":"wx"}}', '{"constructor":1}']) {
    const answer = await call('POST', path, body)
    equal(answer.status, 400, body.slice(0, 50))
    equal(answer.json.code, 'PARAM_ERROR')
  }
  equal((await call('POST', path)).status, 400)
  equal((await call('POST', '/v3/pay/transactions/out-trade-no/%00%zz/close', {})).status, 400)
})

test('gives one prepay_id for one order, and none for another order under its number', async (t) => {
  const { jsapi, order, advance, rules } = await openPay(t)
  const body = await order()
  const first = await jsapi(body)
  match(String(first.json.prepay_id), /^wx\d{14}[0-9a-f]{20}$/)
  const reordered = Object.fromEntries(Object.entries(body).reverse())
  equal((await jsapi(reordered)).json.prepay_id, first.json.prepay_id)
  const other = await jsapi({ ...body, description: '另一商品' })
  deepEqual([other.status, other.json.code], [403, 'OUT_TRADE_NO_USED'])
  match(other.headers.get('request-id') ?? '', /-268498688$/)
  await rules({ outTradeNoUsedStatus: 400, appidMismatchStatus: 403 })
  equal((await jsapi({ ...body, description: '另一商品' })).status, 400)
  equal((await jsapi(await order({ appid: 'wx0' }))).status, 403)
  await advance(7_200_000)
  const later = await jsapi(body)
  equal(later.status, 200)
  equal(later.json.prepay_id === first.json.prepay_id, false)
})

test('follows an order from prepay over payment to what its queries show', async (t) => {
  const { call, jsapi, order, control, merchant, openid } = await openPay(t)
  const body = await order({ attach: '附加' })
  const outTradeNo = String(body.out_trade_no)
  const query = (path: string) => call('GET', `/v3/pay/transactions/${path}?mchid=${merchant.mchid}`)
  equal((await query(`out-trade-no/${outTradeNo}`)).json.code, 'ORDER_NOT_EXIST')
  const { prepay_id: prepayId } = (await jsapi(body)).json
  const open = (await query(`out-trade-no/${outTradeNo}`)).json
  deepEqual([open.trade_state, open.transaction_id, open.success_time], ['NOTPAY', undefined, undefined])
  const paid = await control('POST', '/users/u1/pay', { prepayId })
  deepEqual([paid.outTradeNo, paid.tradeState, paid.total, paid.left], [outTradeNo, 'SUCCESS', 500, 500])
  const { json } = await query(`out-trade-no/${outTradeNo}`)
  const { success_time: successTime, transaction_id: transactionId, ...rest } = json
  match(String(successTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
  match(String(transactionId), /^42\d{26}$/)
  deepEqual(rest, {
    amount: { currency: 'CNY', payer_currency: 'CNY', payer_total: 500, total: 500 },
    appid: body.appid,
    attach: '附加',
    mchid: merchant.mchid,
    out_trade_no: outTradeNo,
    payer: { openid: await openid() },
    promotion_detail: [],
    bank_type: 'OTHERS',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    trade_type: 'JSAPI',
  })
  deepEqual((await query(`id/${transactionId}`)).json, json)
  const again = await jsapi(body)
  deepEqual([again.status, again.json], [400, { code: 'ORDER_PAID', message: '该订单已支付' }])
})

test('lets only the right user pay, once, in time', async (t) => {
  const { jsapi, order, url, control, advance } = await openPay(t)
  const pay = async (user: string, prepayId: unknown) => {
    const body = JSON.stringify({ prepayId })
    return (await fetch(`${url}/_sandbox/users/${user}/pay`, { method: 'POST', body })).status
  }
  const { prepay_id: prepayId } = (await jsapi(await order())).json
  equal(await pay('u2', prepayId), 400)
  equal(await pay('u1', 'wx-none'), 400)
  equal(await pay('u1', prepayId), 200)
  equal(await pay('u1', prepayId), 400)
  const { prepay_id: late } = (await jsapi(await order())).json
  await advance(7_200_000)
  equal(await pay('u1', late), 400)
  const soon = new Date(Date.now() + 3 * 7_200_000).toISOString()
  const { prepay_id: overdue } = (await jsapi(await order({ time_expire: soon }))).json
  await advance(2 * 7_200_000)
  equal(await pay('u1', overdue), 400)
  const books = (await control('GET', '/payments')) as unknown as Json[]
  deepEqual(
    books.map(({ tradeState }) => tradeState),
    ['SUCCESS', 'NOTPAY', 'CLOSED'],
  )
})

test('closes an order as often as asked, but not a paid one', async (t) => {
  const { call, jsapi, order, paid, merchant } = await openPay(t)
  const { mchid } = merchant
  const close = (no: unknown, body: Json = { mchid }) =>
    call('POST', `/v3/pay/transactions/out-trade-no/${no}/close`, body)
  const body = await order()
  await jsapi(body)
  equal((await close(body.out_trade_no)).status, 204)
  equal((await close(body.out_trade_no)).status, 204)
  const { json } = await call('GET', `/v3/pay/transactions/out-trade-no/${body.out_trade_no}?mchid=${mchid}`)
  equal(json.trade_state, 'CLOSED')
  equal((await jsapi(body)).json.code, 'ORDER_CLOSED')
  equal((await close((await paid()).outTradeNo)).json.code, 'ORDER_PAID')
  equal((await close('unknown-order')).status, 404)
  match(String((await close(body.out_trade_no, {})).json.message), /\/body\/mchid.*必填项/)
  equal((await close(body.out_trade_no, { mchid: '1900000109' })).json.code, 'PARAM_ERROR')
})

test('asks for the mchid of the caller in queries, and shows no order of another merchant', async (t) => {
  const { call, control, merchant, paid } = await openPay(t)
  const { outTradeNo } = await paid()
  const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}`
  const missing = await call('GET', path)
  match(String(missing.json.message), /\/query\/mchid.*必填项/)
  equal((missing.json.detail as Json).location, 'query')
  equal((await call('GET', `${path}?mchid=1900000109`)).status, 400)
  const second = await control('POST', '/merchants', {})
  const theirs = await paid(500, { mchid: second.mchid })
  const query = `?mchid=${merchant.mchid}`
  equal((await call('GET', `/v3/pay/transactions/id/${theirs.transactionId}${query}`)).status, 404)
  equal((await call('GET', `/v3/pay/transactions/out-trade-no/${theirs.outTradeNo}${query}`)).status, 404)
})

test('shows orders that an older shop sold, and refuses nonsense', async (t) => {
  const { control, url, paid, app, call, merchant } = await openPay(t)
  const order = await paid(700, { refunded: 200 })
  deepEqual([order.tradeState, order.refunded, order.left], ['REFUND', 200, 500])
  const path = `/v3/pay/transactions/out-trade-no/${order.outTradeNo}?mchid=${merchant.mchid}`
  equal((await call('GET', path)).json.trade_state, 'REFUND')
  const listed = (await control('GET', `/payments?outTradeNo=${order.outTradeNo}`)) as unknown as Json[]
  deepEqual(listed, [order])
  const { appid } = await app('mini_program')
  const good = { appid, userId: 'u1', outTradeNo: 'number-1', total: 1 }
  const cases: [Json, RegExp][] = [
    [{ ...good, total: 0 }, /^total/],
    [{ ...good, outTradeNo: 'a b' }, /^outTradeNo/],
    [{ ...good, outTradeNo: order.outTradeNo }, /exists already/],
    [{ ...good, appid: 'wx0' }, /^appid/],
    [{ ...good, mchid: '19' }, /^mchid/],
    [{ ...good, sum: 1 }, /sum/],
  ]
  for (const [body, message] of cases) {
    const response = await fetch(`${url}/_sandbox/payments`, { method: 'POST', body: JSON.stringify(body) })
    equal(response.status, 400)
    match(String(((await response.json()) as Json).error), message)
  }
})
