import { deepEqual, equal, match } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Json } from '../sandbox/open-sandbox.ts'
import { type ClientOptions, failureOf, openClient } from './open-client.ts'

const path = '/v3/refund/domestic/refunds'

for (const mode of ['byCertificate', 'byPublicKey'] as const) {
  test(`believes no answer that WeChat Pay did not sign just now, ${mode}`, async (t) => {
    const client = await openRefund(t)
    const doubts = {
      signature: 'forged',
      body: 'forged',
      unsigned: 'unsigned',
      stale: 'stale',
      serial: 'unknown_serial',
      probe: 'probe',
    }
    for (const [tamper, doubt] of Object.entries(doubts)) {
      await client.sandbox.fault({ path, tamper, times: 1 })
      const { code, failure } = await failureOf(client.refund(mode))
      deepEqual([failure.doubt, failure.outcome, code], [doubt, 'unknown', 'upstream_unavailable'], tamper)
    }
    // WeChat did it at the first call: the same number is the same refund.
    equal((await client.refund(mode)).state, 'PROCESSING')
    equal(await client.countRefunds(), 1)
  })

  test(`believes no refusal that WeChat Pay did not sign, ${mode}`, async (t) => {
    const client = await openRefund(t)
    const refusal = { code: 'RESOURCE_NOT_EXISTS', message: '订单不存在' }
    for (const tamper of ['signature', 'unsigned']) {
      await client.sandbox.fault({ path: `${path}/*`, status: 404, body: refusal, tamper, times: 2 })
      const { failure } = await failureOf(client.pay.findRefund(client[mode], 'r1'))
      equal(failure.outcome, 'unknown', tamper)
    }
  })
}

test('knows what became of a call by what WeChat says, and guesses nothing', async (t) => {
  const client = await openRefund(t)
  const said: [Json, string, string][] = [
    [{ status: 500, body: { code: 'SYSTEM_ERROR', message: '系统繁忙' } }, 'unknown', 'upstream_unavailable'],
    [{ status: 502 }, 'unknown', 'upstream_unavailable'],
    [
      { status: 503, body: { code: 'BANK_ERROR', message: '银行系统异常' } },
      'unknown',
      'upstream_unavailable',
    ],
    [{ status: 400, body: { code: 'SYSTEM_ERROR', message: '系统繁忙' } }, 'unknown', 'upstream_unavailable'],
    [
      { status: 429, body: { code: 'FREQUENCY_LIMITED', message: '频率限制' } },
      'limited',
      'upstream_limited',
    ],
    [{ status: 429, body: { code: 'RATELIMIT_EXCEEDED', message: '' } }, 'limited', 'upstream_limited'],
    [{ status: 403, body: { code: 'NOT_ENOUGH', message: '余额不足' } }, 'refused', 'upstream_refused'],
    [{ status: 403, body: { code: 'NO_AUTH', message: '没有权限' } }, 'refused', 'app_misconfigured'],
    [{ status: 418, body: { code: 'NEVER_HEARD_OF', message: '' } }, 'refused', 'upstream_refused'],
    [{ status: 200, body: { refund_id: '1' } }, 'unknown', 'upstream_unavailable'],
    [{ status: 200, body: [] }, 'unknown', 'upstream_unavailable'],
    [{ status: 302, body: {} }, 'unknown', 'upstream_unavailable'],
  ]
  for (const [fault, outcome, code] of said) {
    await client.sandbox.fault({ path, ...fault, times: 1 })
    const failed = await failureOf(client.refund('byPublicKey'))
    deepEqual([failed.failure.outcome, failed.code], [outcome, code], JSON.stringify(fault))
  }
})

test('does not take the answer about another refund for its own', async (t) => {
  const client = await openRefund(t)
  const other = await client.refund('byPublicKey')
  const body = {
    ...{ refund_id: other.refundId, out_refund_no: 'another', out_trade_no: other.billId, status: 'SUCCESS' },
    ...{ transaction_id: other.transactionId, amount: { refund: 200, total: 500 } },
  }
  await client.sandbox.fault({ path: `${path}/*`, body, times: 2 })
  const { failure } = await failureOf(client.pay.findRefund(client.byPublicKey, 'r1'))
  equal(failure.outcome, 'unknown')
})

test('asks once more where nothing can have changed, and never of itself where it can', async (t) => {
  const client = await openRefund(t)
  for (const trouble of [{ drop: 'after' }, { status: 502 }, { latencyMs: 2000 }]) {
    await client.sandbox.fault({ path, ...trouble, times: 1 })
    equal((await failureOf(client.refund('byPublicKey'))).failure.outcome, 'unknown')
  }
  equal(client.countOf(path), 3)
  for (const trouble of [{ drop: 'before' }, { status: 502 }, { tamper: 'unsigned' }]) {
    await client.sandbox.fault({ path: `${path}/*`, ...trouble, times: 1 })
    equal((await client.pay.findRefund(client.byPublicKey, 'r1'))?.state, 'PROCESSING')
  }
  equal(client.countOf(`${path}/{refundNo}`), 6)
  await client.sandbox.fault({ path: `${path}/*`, drop: 'after' })
  equal((await failureOf(client.pay.findRefund(client.byPublicKey, 'r1'))).failure.outcome, 'unknown')
  equal(client.countOf(`${path}/{refundNo}`), 8)
})

test('tells a clock that is ten minutes off, either way', async (t) => {
  for (const offMs of [600_000, -600_000]) {
    const client = await openRefund(t, { now: () => Date.now() + offMs })
    const { code, failure } = await failureOf(client.refund('byPublicKey'))
    deepEqual([code, failure.outcome, failure.doubt], ['app_misconfigured', 'unknown', 'stale'])
    equal(failure.answer?.code, 'SIGN_ERROR')
    const skewMs = client.pay.skewMs() ?? 0
    equal(Math.round(skewMs / 10_000), offMs / 10_000)
    equal(await client.countRefunds(), 0)
  }
})

test('tells that a signature was refused, signed or not', async (t) => {
  for (const signUnauthorized of [true, false]) {
    const client = await openRefund(t)
    await client.sandbox.rules({ signUnauthorized })
    const stranger = { ...client.byPublicKey, serial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1' }
    const { code, failure } = await failureOf(
      client.pay.requestRefund(stranger, client.newRefund(client.billId, 'r1')),
    )
    deepEqual([code, failure.answer?.code], ['app_misconfigured', 'SIGN_ERROR'])
    equal(failure.outcome, signUnauthorized ? 'refused' : 'unknown')
    match(
      failure.message,
      signUnauthorized ? /^401 SIGN_ERROR \([0-9A-F]+-\d+\)$/ : /^401 SIGN_ERROR \(unsigned\)$/,
    )
  }
})

/** A client and a paid order, with the spacing of refunds off. */
async function openRefund(t: TestContext, options: ClientOptions = {}) {
  const client = await openClient(t, options)
  const { sandbox, pay, newRefund } = client
  await sandbox.rules({ refundSpacingMs: 0 })
  const { outTradeNo: billId } = await sandbox.paid(500)
  return {
    ...client,
    billId,
    refund: (mode: 'byCertificate' | 'byPublicKey') =>
      pay.requestRefund(client[mode], newRefund(billId, 'r1')),
    async countRefunds(): Promise<number> {
      const listed = await sandbox.control('GET', `/refunds?outTradeNo=${billId}`)
      return (listed as unknown as unknown[]).length
    },
  }
}
