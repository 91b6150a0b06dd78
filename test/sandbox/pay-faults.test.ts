import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { isSigned, openPay } from './open-pay.ts'
import type { Json } from './open-sandbox.ts'

const path = '/v3/refund/domestic/refunds'

test('does the work and loses the answer', async (t) => {
  const { paid, refund, fault, call } = await openPay(t)
  const { outTradeNo } = await paid()
  await fault({ path: '/v3/refund/*', drop: 'before', times: 1 })
  await rejects(refund(outTradeNo, 'r1', 500))
  equal((await call('GET', `${path}/r1`)).status, 404)
  await fault({ path: '/v3/refund/*', drop: 'after', times: 1 })
  await rejects(refund(outTradeNo, 'r1', 500))
  const found = await call('GET', `${path}/r1`)
  equal(found.json.status, 'PROCESSING')
  equal((await refund(outTradeNo, 'r1', 500)).text, found.text)
})

test('answers late, broken, or with a signed refusal', async (t) => {
  const { fault, call, control } = await openPay(t)
  const [platform] = (await control('GET', '/certificates')) as unknown as { certificate: string }[]
  const ask = () => call('GET', `${path}/r1`)
  await fault({ path: `${path}/*`, latencyMs: 60, times: 1 })
  const started = performance.now()
  equal((await ask()).status, 404)
  ok(performance.now() - started >= 55)
  const body = { code: 'SYSTEM_ERROR', message: '系统繁忙,请稍后重试' }
  await fault({ path: `${path}/*`, status: 500, body, times: 1 })
  const busy = await ask()
  deepEqual([busy.status, busy.json], [500, body])
  equal(busy.headers.get('content-type'), 'application/json; charset=utf-8')
  ok(isSigned(busy, platform?.certificate ?? ''))
  await fault({ path: `${path}/*`, status: 502, times: 1 })
  await rejects(ask(), SyntaxError, 'a page of the gateway')
  equal((await ask()).status, 404)
})

test('tampers with answers after they were signed', async (t) => {
  const { fault, call, control, order, jsapi, merchant } = await openPay(t)
  const [platform] = (await control('GET', '/certificates')) as unknown as { certificate: string }[]
  const certificate = platform?.certificate ?? ''
  const ask = async (tamper: string) => {
    await fault({ path: '/v3/certificates', tamper, times: 1 })
    return call('GET', '/v3/certificates')
  }
  ok(isSigned(await call('GET', '/v3/certificates'), certificate))
  for (const tamper of ['signature', 'body', 'probe']) {
    const answer = await ask(tamper)
    equal(answer.status, 200)
    ok(!isSigned(answer, certificate), tamper)
  }
  const unsigned = await ask('unsigned')
  for (const name of ['timestamp', 'nonce', 'serial', 'signature'])
    equal(unsigned.headers.get(`wechatpay-${name}`), null)
  const stale = await ask('stale')
  ok(isSigned(stale, certificate))
  ok(Number(stale.headers.get('wechatpay-timestamp')) < Date.now() / 1000 - 500)
  const [usual, foreign] = [await call('GET', '/v3/certificates'), await ask('serial')]
  notEqual(foreign.headers.get('wechatpay-serial'), usual.headers.get('wechatpay-serial'))

  const body = await order()
  await jsapi(body)
  await fault({ path: '/v3/pay/*', tamper: 'body', times: 1 })
  const close = `/v3/pay/transactions/out-trade-no/${body.out_trade_no}/close`
  const closed = await call('POST', close, { mchid: merchant.mchid })
  equal(closed.status, 204)
  ok(!isSigned(closed, certificate), 'an empty body cannot be changed, so the signature is')
})

test('strikes one app, and lists pay calls like all others', async (t) => {
  const { fault, jsapi, order, control, app } = await openPay(t)
  const { appid } = await app('mini_program')
  const body = { code: 'SYSTEM_ERROR', message: 'x' }
  await fault({ path: '/v3/pay/*', appid: 'wx-other', status: 500, body })
  equal((await jsapi(await order())).status, 200)
  await fault({ path: '/v3/pay/*', appid, status: 500, body })
  equal((await jsapi(await order())).status, 500)
  const { calls } = (await control('GET', '/calls?path=/v3/*')) as { calls: Json[] }
  deepEqual(
    calls.map(({ method, path: called, status }) => [method, called, status]),
    [200, 500].map((status) => ['POST', '/v3/pay/transactions/jsapi', status]),
  )
  equal((JSON.parse(String(calls[0]?.body)) as Json).appid, appid)
})
