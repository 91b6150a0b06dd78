import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { testOnBoth } from '../support/database.ts'
import { startApiHub } from './api-hub.ts'

testOnBoth('logs a user in, tells a back end who it is, and logs out', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token, openId, expiresAt, user } = await hub.logIn()
  match(token, /^[\w-]{43}$/)
  ok(Math.abs(expiresAt - Date.now() / 1000 - 7200) < 60)
  deepEqual(Object.keys(user).sort(), [
    ...['avatarUrl', 'city', 'country', 'createdAt', 'gender', 'id', 'language'],
    ...['nickname', 'province', 'unionId'],
  ])

  const key = await hub.makeKey({ scopes: ['sessions:verify'] })
  const verified = await hub.call('POST', '/sessions/verify', { token }, key)
  const session = { appId: hub.miniAppId, openId, userId: user.id, expiresAt }
  deepEqual(verified.json, { active: true, ...session, unionId: verified.json.unionId })
  match(String(verified.json.unionId), /^[\w-]{28}$/)
  const { active, ...shown } = verified.json
  deepEqual((await hub.call('GET', '/sessions/current', undefined, token)).json, shown)

  equal((await hub.call('DELETE', '/sessions/current', undefined, token)).status, 204)
  deepEqual((await hub.call('POST', '/sessions/verify', { token }, key)).json, { active: false })
  equal((await hub.call('GET', '/me', undefined, token)).status, 401)
})

testOnBoth(
  'keeps what the user says of themselves, and takes no profile that gets worse',
  async (t, engine) => {
    const hub = await startApiHub(t, engine)
    const { token } = await hub.logIn()
    const patched = await hub.call('PATCH', '/me', { nickname: '林小满', gender: 2 }, token)
    equal(patched.json.nickname, '林小满')
    equal(patched.json.gender, 2)
    const worse = await hub.call('PATCH', '/me', { nickname: '微信用户', gender: 0 }, token)
    deepEqual(worse.json, patched.json)
    deepEqual((await hub.call('GET', '/me', undefined, token)).json, patched.json)
    for (const body of [
      { gender: 3 },
      { gender: '1' },
      { avatarUrl: 'javascript:1' },
      { nickname: 'a\u0000' },
    ]) {
      equal((await hub.call('PATCH', '/me', body, token)).status, 400, JSON.stringify(body))
    }
  },
)

test('calls what is no live session of an app of the key inactive, and nothing an error', async (t) => {
  const hub = await startApiHub(t)
  const { token } = await hub.logIn()
  const other = await hub.hub.tenants.add('other')
  const otherApp = await hub.makeApp(other.id)
  const first = await hub.hub.tenants.ensure()
  const appOfFirst = await hub.makeApp(first.id)
  const scopes = ['sessions:verify']
  for (const key of [
    await hub.makeKey({ scopes, tenantId: other.id }),
    await hub.makeKey({ scopes, apps: [otherApp] }),
    await hub.makeKey({ scopes, apps: [appOfFirst] }),
  ]) {
    deepEqual((await hub.call('POST', '/sessions/verify', { token }, key)).json, { active: false })
  }
  for (const strange of ['', 'x', 'whk_x', 'a'.repeat(43), '\u0000', '\ud800']) {
    const answer = await hub.call('POST', '/sessions/verify', { token: strange })
    deepEqual([answer.status, answer.json], [200, { active: false }])
  }
  const own = await hub.makeKey({ scopes, tenantId: first.id, apps: [hub.miniAppId] })
  equal((await hub.call('POST', '/sessions/verify', { token }, own)).json.active, true)
})

test('accepts a session of a contract in the API, and a session of the API in a contract', async (t) => {
  const hub = await startApiHub(t)
  const reply = await hub.post('/commcn/api/v1/weixin.oauth', { jscode: await hub.loginCode() })
  const { session_id: token } = reply.body as { session_id: string }
  equal((await hub.call('GET', '/me', undefined, token)).status, 200)
  const own = await hub.logIn()
  const openId = await hub.get(`/wx/mini/v1/${hub.miniAppId}/openId?token=${own.token}`)
  equal((openId.body as { data: string }).data, own.openId)
})

test('limits logins per address, but not those of this machine', async (t) => {
  const proxied = { 'x-forwarded-for': '203.0.113.9', 'content-type': 'application/json' }
  const hub = await startApiHub(t, 'sqlite', { env: { WEHUB_TRUSTED_PROXIES: '127.0.0.0/8' } })
  const body = JSON.stringify({ appId: 'wx_unknown', code: 'x' })
  const statuses: number[] = []
  for (let count = 0; count < 121; count += 1) {
    statuses.push((await hub.send('POST', '/api/v1/logins', { headers: proxied, body })).status)
  }
  deepEqual(new Set(statuses.slice(0, 120)), new Set([404]))
  equal(statuses[120], 429)
  equal((await hub.call('POST', '/logins', { appId: 'wx_unknown', code: 'x' }, null)).status, 404)
})

test('tells a code that WeChat refuses, with its number', async (t) => {
  const hub = await startApiHub(t)
  const { status, headers, json } = await hub.call(
    'POST',
    '/logins',
    { appId: hub.miniAppId, code: 'no' },
    null,
  )
  equal(status, 400)
  equal(headers.get('content-type'), 'application/problem+json; charset=utf-8')
  deepEqual(json, {
    type: 'urn:wehub:problem:code_refused',
    title: 'WeChat refused the code',
    status: 400,
    detail: 'WeChat refused the code',
    code: 'code_refused',
    errcode: 40029,
  })
})
