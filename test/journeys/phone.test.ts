import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ApiHub, startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'

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
  const { token, user } = await hub.logIn()
  await hub.hub.users.change(user.id, { phone: '13900000009' })
  deepEqual(await shownPhone(hub, token), ['13900000009', false])
  equal((await take(hub, token, await phoneCode(hub))).status, 200)
  await hub.hub.users.change(user.id, { phone: '13900000009' })
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

function take(hub: ApiHub, token: string, code: string) {
  return hub.call('POST', '/me/phone', { code }, token)
}

async function phoneCode(hub: ApiHub, user = 'u1'): Promise<string> {
  const { code } = await hub.sandbox.control('POST', `/users/${user}/phone`, { appid: hub.miniAppId })
  return String(code)
}

async function shownPhone(hub: ApiHub, token: string) {
  const { json } = await hub.call('GET', '/me', undefined, token)
  return [json.phone, json.phoneVerified]
}
