import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import { type ApiHub, adminKey, startApiHub } from '../api/api-hub.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment } from '../support/hub.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { readValues } from '../support/read-values.ts'

const getTicket = '/cgi-bin/ticket/getticket'
const stableToken = '/cgi-bin/stable_token'
const url = 'https://shop.example/fruit?id=7&name=%E8%8B%B9'

type Signature = { appId: string; timestamp: number; nonceStr: string; signature: string; url: string }

testOnBoth(
  'signs a page with the ticket that WeChat gave, and tells the ticket nobody',
  async (t, engine) => {
    const { hub, app, sign } = await start(t, engine)
    const before = Math.floor(Date.now() / 1000)
    const answer = await sign(`${url}#/cart`)
    equal(answer.status, 200, answer.text)
    const signed = answer.json as Signature
    deepEqual(Object.keys(signed).sort(), ['appId', 'nonceStr', 'signature', 'timestamp', 'url'])
    deepEqual({ appId: signed.appId, url: signed.url }, { appId: app.appId, url })
    equal(signed.timestamp >= before && signed.timestamp <= Date.now() / 1000, true)
    equal(answer.headers.get('cache-control'), 'no-store')

    const ticket = await ticketAtWeChat(hub)
    equal(signed.signature, expectedSignature(ticket, signed))
    equal(answer.text.includes(ticket), false)
    const again = (await sign(url)).json as Signature
    notEqual(again.nonceStr, signed.nonceStr)
    equal(again.signature, expectedSignature(ticket, again))
    // Ours, and the one above that asks for the same ticket.
    equal(await hub.upstreamCalls(getTicket), 2)
  },
)

test('asks WeChat once when 1,000 pages are signed cold over two processes', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const env = { ...hubEnvironment(database, sandbox.url), WEHUB_ADMIN_KEY: adminKey }
  const hubs = await Promise.all([startHubProcess(t, env), startHubProcess(t, env)])
  const { appid } = await sandbox.app('official_account')
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }

  const statuses = await Promise.all(
    Array.from({ length: 1000 }, async (_, index) => {
      const path = `${hubs[index % 2]?.url}/api/v1/apps/${appid}/js-signature`
      const reply = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ url }) })
      await reply.text()
      return reply.status
    }),
  )
  deepEqual([...new Set(statuses)], [200])
  for (const path of [getTicket, stableToken]) {
    equal((await sandbox.control('GET', `/calls?path=${path}`)).count, 1, path)
  }
  equal(
    (await readValues(database, "select version as value from access_tokens where kind = 'jsapi_ticket'"))[0],
    '1',
  )
})

testOnBoth(
  'replaces an access token that is over, and keeps the ticket when one is replaced',
  async (t, engine) => {
    const { hub, app, sign, pass, refreshElsewhere } = await start(t, engine)
    const { value } = await hub.hub.accessTokens.current(app)
    await refreshElsewhere()
    equal((await sign(url)).status, 200)
    notEqual((await hub.hub.accessTokens.current(app)).value.reveal(), value.reveal())
    // Refused with the old token, given with the new one.
    equal(await hub.upstreamCalls(getTicket), 2)

    await pass(31_000)
    const { value: newest } = await hub.hub.accessTokens.current(app)
    await refreshElsewhere()
    equal(await hub.hub.accessTokens.report(app, newest.reveal()), true)
    await pass(2000)
    equal((await sign(url)).status, 200)
    equal(await hub.upstreamCalls(getTicket), 2)
    const causes = (await hub.hub.jsapiTickets.listRotations(app, 10)).map(({ cause }) => cause)
    deepEqual(causes, ['first'])
  },
)

for (const errcode of [40001, 40014, 42001]) {
  test(`asks once more with a new access token when WeChat says ${errcode} to the ticket call`, async (t) => {
    const { hub, sign } = await start(t, 'sqlite')
    await hub.sandbox.fault({ path: getTicket, errcode, times: 1 })
    equal((await sign(url)).status, 200)
    equal(await hub.upstreamCalls(getTicket), 2)
    equal(await hub.upstreamCalls(stableToken), 2)
  })
}

testOnBoth(
  'fetches a ticket anew when it is over, and ahead of time only where pages are signed',
  async (t, engine) => {
    const { hub, app, sign, pass } = await start(t, engine)
    const renew = () => hub.hub.jsapiTickets.renewDue(AbortSignal.timeout(60_000))
    await sign(url)
    await pass(7_150_000)
    // Nobody signed for two hours.
    deepEqual(await renew(), [])
    equal(await hub.upstreamCalls(getTicket), 1)
    equal((await sign(url)).status, 200)
    // WeChat still gives the same one: that is no new version.
    deepEqual(await renew(), [])
    equal(await hub.upstreamCalls(getTicket), 2)

    await pass(60_000)
    const signed = (await sign(url)).json as Signature
    equal(signed.signature, expectedSignature(await ticketAtWeChat(hub), signed))
    const causes = (await hub.hub.jsapiTickets.listRotations(app, 10)).map(({ cause }) => cause)
    deepEqual(causes, ['expired', 'first'])
  },
)

test('signs for official accounts only, and no more than a web address', async (t) => {
  const { hub, sign } = await start(t, 'sqlite')
  for (const kind of ['mini_program', 'open_app']) {
    const { appid } = await hub.sandbox.app(kind)
    const answer = await sign(url, appid)
    deepEqual([answer.status, answer.json.code], [400, 'app_wrong_kind'], kind)
  }
  const long = `https://shop.example/${'a'.repeat(2027)}`
  for (const good of ['http://shop.example', 'HTTPS://shop.example/a b?c={d}', long]) {
    const answer = await sign(good)
    deepEqual([answer.status, answer.json.url], [200, good], answer.text)
  }
  const bad = [
    '',
    'shop.example',
    'ftp://shop.example/',
    'javascript:alert(1)',
    'https://',
    'https:///x',
    `${long}a`,
  ]
  for (const one of [
    ...bad,
    'https://shop.example/\n&url=x',
    'https://shop.example/\u0000',
    '#https://a.b',
    7,
    null,
  ]) {
    const answer = await sign(one)
    deepEqual([answer.status, answer.json.code], [400, 'bad_request'], JSON.stringify(one))
  }
  const key = await hub.makeKey({ scopes: ['sessions:verify'] })
  equal((await sign(url, undefined, key)).status, 403)
})

test("tells WeChat's refusal of a ticket, and remembers it for a moment", async (t) => {
  const { hub, sign, pass } = await start(t, 'sqlite')
  await hub.sandbox.fault({ path: getTicket, errcode: 48001 })
  for (let times = 0; times < 5; times += 1) {
    const answer = await sign(url)
    deepEqual([answer.status, answer.json.code, answer.json.errcode], [502, 'upstream_refused', 48001])
  }
  equal(await hub.upstreamCalls(getTicket), 1)
  await hub.sandbox.control('DELETE', '/faults')
  await pass(1000)
  equal((await sign(url)).status, 200)
  match((await hub.get('/metrics')).text, /^wehub_jsapi_ticket_rotations_total\{cause="first"\} 1$/m)
})

async function start(t: TestContext, engine: Engine) {
  let ahead = 0
  const hub = await startApiHub(t, engine, { now: () => Date.now() + ahead })
  const { appid, secret } = await hub.sandbox.app('official_account')
  const app = await hub.hub.apps.get(appid)
  async function pass(ms: number): Promise<void> {
    ahead += ms
    await hub.sandbox.advance(ms)
  }
  return {
    hub,
    app,
    pass,
    sign: (pageUrl: unknown, appId = appid, key = adminKey) =>
      hub.call('POST', `/apps/${appId}/js-signature`, { url: pageUrl }, key),
    refreshElsewhere: () => hub.sandbox.stableToken({ appid, secret, kind: app.kind }, true),
  }
}

async function ticketAtWeChat({ sandbox }: ApiHub): Promise<string> {
  const { access_token } = await sandbox.stableToken(await sandbox.app('official_account'))
  const { ticket } = await sandbox.get(getTicket, { access_token: String(access_token), type: 'jsapi' })
  return String(ticket)
}

function expectedSignature(ticket: string, { nonceStr, timestamp, url: signed }: Signature): string {
  const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${signed}`
  return createHash('sha1').update(text).digest('hex')
}
