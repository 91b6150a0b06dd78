import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ApiHub, startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'
import { readValues } from '../support/read-values.ts'

const number = '13800000001'
const upstream = '/wxa/business/getuserphonenumber'

testOnBoth('takes a phone number by its code, and stores and logs it nowhere in plain', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  deepEqual(await shownPhone(hub, token), [null, false])
  const taken = await take(hub, token, await phoneCode(hub))
  deepEqual([taken.status, taken.json], [200, { phone: number, countryCode: '86', verified: true }])
  deepEqual(await shownPhone(hub, token), [number, true])
  const dump = await hub.database.dump()
  ok(dump.length > 0 && hub.logged.length > 0)
  equal(dump.indexOf(number), -1)
  equal(hub.logged.join('').indexOf(number), -1)
})

testOnBoth('lets no number that was typed replace one that is verified', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const identityId = await hub.identityId(token)
  await hub.hub.users.change(identityId, { phone: '13900000009' })
  deepEqual(await shownPhone(hub, token), ['13900000009', false])
  equal((await take(hub, token, await phoneCode(hub))).status, 200)
  await hub.hub.users.change(identityId, { phone: '13900000009' })
  deepEqual(await shownPhone(hub, token), [number, true])
})

testOnBoth('refuses codes that are wrong, used, for logins, or of another user', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const used = await phoneCode(hub)
  equal((await take(hub, token, used)).status, 200)
  for (const code of ['no', used, await hub.loginCode(), await phoneCode(hub, 'u2')]) {
    const refused = await take(hub, token, code)
    deepEqual([refused.status, refused.json.code], [400, 'code_refused'])
  }
  for (const body of [{}, { code: '' }, { code: 7 }, { code: 'x'.repeat(513) }, { code: 'x', phone: 'x' }]) {
    equal((await hub.call('POST', '/me/phone', body, token)).json.code, 'bad_request')
  }
  const openApp = await hub.makeApp((await hub.hub.tenants.ensure()).id, 'open_app')
  const other = await hub.logIn(openApp)
  equal((await take(hub, other.token, 'x')).json.code, 'app_wrong_kind')
})

testOnBoth('keeps the budget of the day under 20 calls at once', async (t, engine) => {
  let now = Date.now()
  const hub = await startApiHub(t, engine, { now: () => now })
  const setBudget = async (phoneBudget: unknown) =>
    (await hub.call('PATCH', `/apps/${hub.miniAppId}`, { phoneBudget })).status
  equal(await setBudget(5), 200)
  const { token } = await hub.logIn()
  // What WeChat refuses costs nothing.
  equal((await take(hub, token, 'no')).status, 400)
  const before = await hub.upstreamCalls(upstream)
  const codes = await Promise.all(Array.from({ length: 20 }, () => phoneCode(hub)))
  const answers = await Promise.all(codes.map((code) => take(hub, token, code)))
  equal(answers.filter(({ status }) => status === 200).length, 5)
  const over = answers.filter(({ status }) => status === 429)
  equal(over.length, 15)
  match(String(over[0]?.json.detail), /budget/)
  equal((await hub.upstreamCalls(upstream)) - before, 5)
  for (const budget of [-1, 1.5, '5']) equal(await setBudget(budget), 400)
  equal(await setBudget(0), 200)
  now += 24 * 3_600_000
  const next = await hub.logIn()
  equal((await take(hub, next.token, await phoneCode(hub))).status, 429)
  equal(await setBudget(null), 200)
  equal((await take(hub, next.token, await phoneCode(hub))).status, 200)
})

testOnBoth('refuses a phone code that ran out, and one brought as a login code', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const code = await phoneCode(hub)
  const login = await hub.call('POST', '/logins', { appId: hub.miniAppId, code: await phoneCode(hub) }, null)
  deepEqual([login.status, login.json.code], [400, 'code_refused'])
  await hub.sandbox.advance(5 * 60_000 + 1)
  const late = await take(hub, token, code)
  deepEqual([late.status, late.json.code], [400, 'code_refused'])
  deepEqual(await shownPhone(hub, token), [null, false])
  equal(await callsToday(hub), 0, 'what WeChat refused costs nothing')
})

testOnBoth('keeps no number that is of another app, or that WeChat tells in part', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const whole = {
    phoneNumber: number,
    purePhoneNumber: number,
    countryCode: '86',
    watermark: { timestamp: 1, appid: hub.miniAppId },
  }
  const infos = [
    { ...whole, watermark: { timestamp: 1, appid: 'wx0000000000000000' } },
    { ...whole, watermark: undefined },
    { ...whole, purePhoneNumber: '13900000009' },
    { ...whole, countryCode: undefined },
    { ...whole, purePhoneNumber: 13_800_000_001 },
    null,
  ]
  for (const phone_info of infos) {
    const body = JSON.stringify({ errcode: 0, errmsg: 'ok', phone_info })
    await hub.sandbox.fault({ path: upstream, body, times: 1 })
    equal((await take(hub, token, await phoneCode(hub))).status, 503)
  }
  deepEqual(await shownPhone(hub, token), [null, false])
  // In old samples the country code is a number.
  const body = JSON.stringify({ errcode: 0, errmsg: 'ok', phone_info: { ...whole, countryCode: 86 } })
  await hub.sandbox.fault({ path: upstream, body, times: 1 })
  deepEqual((await take(hub, token, 'x')).json, { phone: number, countryCode: '86', verified: true })
})

testOnBoth('limits the wrong phone codes of one address to thirty a minute', async (t, engine) => {
  let now = Date.now()
  const hub = await startApiHub(t, engine, { now: () => now, env: { WEHUB_TRUSTED_PROXIES: '127.0.0.1' } })
  const { token } = await hub.logIn()
  const from = async (address: string, code: string) => {
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': address }
    return (await hub.post('/api/v1/me/phone', { code }, headers)).status
  }
  for (let times = 0; times < 30; times += 1) equal(await from('203.0.113.7', 'no'), 400)
  const asked = await hub.upstreamCalls(upstream)
  equal(await from('203.0.113.7', await phoneCode(hub)), 429)
  equal(await hub.upstreamCalls(upstream), asked)
  equal(await from('203.0.113.8', await phoneCode(hub)), 200)
  now += 61_000
  equal(await from('203.0.113.7', await phoneCode(hub)), 200)
})

testOnBoth('shows what an app spent today, and forgets the days long past', async (t, engine) => {
  let now = Date.now()
  const hub = await startApiHub(t, engine, { now: () => now })
  const { token } = await hub.logIn()
  equal((await take(hub, token, await phoneCode(hub))).status, 200)
  equal((await take(hub, token, 'no')).status, 400)
  equal(await callsToday(hub), 1)
  const { items } = (await hub.call('GET', '/apps')).json as { items: Record<string, unknown>[] }
  deepEqual(
    items
      .map(({ appId, phoneCallsToday }) => [appId === hub.miniAppId, phoneCallsToday])
      .filter(([own]) => own),
    [[true, 1]],
  )
  now += 24 * 3_600_000
  equal(await callsToday(hub), 0)
  equal(await hub.hub.phones.purge(1000), 0)
  now += 100 * 24 * 3_600_000
  equal(await hub.hub.phones.purge(1000), 1)
  deepEqual(await readValues(hub.database, 'select count(*) as value from phone_calls'), ['0'])
})

function take(hub: ApiHub, token: string, code: string) {
  return hub.call('POST', '/me/phone', { code }, token)
}

async function phoneCode(hub: ApiHub, user = 'u1'): Promise<string> {
  const { code } = await hub.sandbox.control('POST', `/users/${user}/phone`, { appid: hub.miniAppId })
  return String(code)
}

async function callsToday(hub: ApiHub) {
  return (await hub.call('GET', `/apps/${hub.miniAppId}`)).json.phoneCallsToday
}

async function shownPhone(hub: ApiHub, token: string) {
  const { json } = await hub.call('GET', '/me', undefined, token)
  return [json.phone, json.phoneVerified]
}
