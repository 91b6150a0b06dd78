import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { sendRaw } from '../faults/send-raw.ts'
import { openMoney } from './open-money.ts'

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('refunds for callers of a trusted network, unless a browser, a proxy or a form may be behind it', async (t) => {
  const money = await openMoney(t, 'sqlite')
  const path = '/trusting/api/v1'
  const options = { trustedNetworks: ['127.0.0.1'] }
  await money.hub.mounts.add({ contract: 'commcn', path, appId: money.miniAppId, options })
  const billId = await money.sell(500)
  const send = (headers: Record<string, string>, body = JSON.stringify({ billId, refundFee: 100 })) =>
    sendRaw(money.url, { method: 'POST', target: `${path}/weixin.refund_pay`, headers, body })

  const untrusted: Record<string, string>[] = [
    { origin: 'https://shop.example' },
    { origin: money.url },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-mode': 'cors' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-host': 'shop.example' },
    { forwarded: 'for=127.0.0.1' },
    { authorization: 'Bearer whk_none' },
    { authorization: 'Bearer none' },
    { authorization: 'wechat none' },
  ]
  for (const headers of untrusted) {
    equal((await send({ ...json, ...headers })).status, 401, JSON.stringify(headers))
  }
  equal((await send(form, `billId=${billId}&refundFee=100`)).status, 401)
  deepEqual(await money.books(billId), [])

  const taken = await send({ ...json, authorization: 'Basic bm9uZQ==' })
  deepEqual(JSON.parse(taken.text), { status: true })
  deepEqual(
    (await money.books(billId)).map(({ refund }) => refund),
    [100],
  )
  const entries = await money.hub.audit.list({ action: 'refund.requested', before: null, limit: 10 })
  equal(entries.length, 1)
  equal(entries[0]?.actor.address, '127.0.0.1')
})
