import { deepEqual, equal, match, ok, partialDeepStrictEqual } from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import type { Json } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

test('has one app of each kind, with the same secrets after each start', async (t) => {
  const apps = (await (await openSandbox(t)).control('GET', '/apps')) as unknown as Json[]
  deepEqual(
    apps.map(({ kind }) => kind),
    ['mini_program', 'official_account', 'open_app'],
  )
  for (const { appid, secret } of apps) {
    match(String(appid), /^wx[0-9a-f]{16}$/)
    match(String(secret), /^[0-9a-f]{32}$/)
  }
  equal(apps[1]?.gatewayMode, 'safe')
  match(String(apps[1]?.encodingAesKey), /^[0-9A-Za-z]{43}$/)
  deepEqual(await (await openSandbox(t)).control('GET', '/apps'), apps)
})

test('adds an app with generated values, and changes only what is named', async (t) => {
  const wechat = await openSandbox(t)
  const added = await wechat.control('POST', '/apps', { kind: 'official_account', gatewayMode: 'plain' })
  match(String(added.token), /^[0-9A-Za-z]{3,32}$/)
  match(String(added.encodingAesKey), /^[0-9A-Za-z]{43}$/)
  const { appid } = added
  const gatewayUrl = 'http://127.0.0.1:9001/gateway'
  deepEqual(await wechat.control('POST', '/apps', { appid, gatewayUrl }), { ...added, gatewayUrl })
  const rotated = await wechat.control('POST', '/apps', { appid, secret: 'a'.repeat(32) })
  equal((await wechat.token(rotated as never)).expires_in, 7200)
  equal((await wechat.token(added as never)).errcode, 40125)
})

test('gives users that come later an openid for every app, and later apps one for every user', async (t) => {
  const wechat = await openSandbox(t)
  const user = await wechat.control('POST', '/users', { nickname: 'Wang', phone: '13900000000', gender: 1 })
  equal(user.id, 'u4')
  const { appid } = await wechat.control('POST', '/apps', {})
  const users = (await wechat.control('GET', '/users')) as unknown as { openids: Json }[]
  equal(users.length, 4)
  for (const { openids } of users) match(String(openids[String(appid)]), /^o[\w-]{27}$/)
  equal(new Set(users.flatMap(({ openids }) => Object.values(openids))).size, 16)
})

test('makes a user without profile when nothing is said about one', async (t) => {
  const wechat = await openSandbox(t)
  const user = await wechat.control('POST', '/users', {})
  equal(user.nickname, '微信用户')
  equal(user.phone, null)
  equal((await wechat.control('POST', '/users', { id: user.id, nickname: 'Li' })).nickname, 'Li')
})

test('answers bad input with 400 and the name of the field', async (t) => {
  const { url } = await openSandbox(t)
  const mini = 'wx3f0a7c51e8d2b964'
  const cases: [string, unknown, RegExp][] = [
    ['apps', { appid: 'WX00' }, /^appid/],
    ['apps', { kind: 'mini' }, /^kind/],
    ['apps', { ipWhitelist: '127.0.0.1' }, /^ipWhitelist/],
    ['apps', { pages: ['pages/index', 1] }, /^pages/],
    ['apps', { colour: 'red' }, /colour/],
    ['apps', { gatewayMode: 'secret' }, /^gatewayMode/],
    ['apps', { gatewayFormat: 'csv' }, /^gatewayFormat/],
    ['apps', { token: 'ab' }, /^token/],
    ['apps', { token: 'with-dash' }, /^token/],
    ['apps', { encodingAesKey: 'a'.repeat(42) }, /^encodingAesKey/],
    ['apps', { gatewayUrl: 'ftp://a.example' }, /^gatewayUrl/],
    ['apps', { gatewayUrl: 'http://[' }, /^gatewayUrl/],
    ['apps', { checkGateway: 1 }, /^checkGateway/],
    ['users', { gender: 3 }, /^gender/],
    ['users', { phone: 'none' }, /^phone/],
    ['users/u1/login', {}, /^appid/],
    ['users/u1/login', { appid: 'wx0000000000000000' }, /^appid/],
    ['users/u1/profile', {}, /^appid/],
    ['users/u1/phone', { openid: 'o' }, /openid/],
    ['users/u1/authorize', {}, /^url/],
    ['users/u1/message', { appid: mini }, /^type/],
    ['users/u1/message', { appid: mini, type: 'txet' }, /txet/],
    ['users/u1/message', { appid: mini, type: 'text', event: 'CLICK' }, /^event/],
    ['users/u1/message', { appid: mini, type: 'event' }, /^event/],
    ['users/u1/message', { appid: mini, type: 'event', event: 'subscribe' }, /official_account/],
    ['users/u1/message', { appid: mini, type: 'text', msgId: 1 }, /^msgId/],
    ['users/u1/message', { appid: mini, type: 'text', times: 101 }, /^times/],
    ['users/u1/message', { appid: mini, type: 'text', tamper: 'all' }, /^tamper/],
    ['users/u1/message', { appid: mini, type: 'text', fields: [] }, /^fields/],
    ['users/u1/message', { appid: mini, type: 'text', fields: { '<a>': 1 } }, /^fields/],
    ['users/u1/message', { appid: mini, type: 'text', fields: { a: [null] } }, /^fields/],
    ['users/u1/message', { appid: 'wxd15c9a0e74b3f826', type: 'text' }, /no messages/],
    ['users/u1/subscriptions', { appid: mini }, /^templateId/],
    ['users/u1/subscriptions', { appid: mini, templateId: 'T', times: 0 }, /^times/],
    ['rules', { codeLifeMs: 1 }, /codeLifeMs/],
    ['rules', { codeLifetimeMs: -1 }, /^codeLifetimeMs/],
    ['rules', { codeLifetimeMs: null }, /^codeLifetimeMs/],
    ['rules', { __proto__: 1, strictState: 1 }, /^strictState/],
    ['clock', {}, /^advanceMs/],
    ['clock', { advanceMs: 1.5 }, /^advanceMs/],
    ['faults', { errcode: 1 }, /^path/],
    ['faults', { path: '/sns/*' }, /errcode/],
    ['faults', { path: '/sns/*', errcode: -1, status: 500 }, /one of/],
    ['faults', { path: '/sns/*', drop: 'now' }, /^drop/],
    ['faults', { path: '/sns/*', errcode: -1, rate: 2 }, /^rate/],
    ['users', [], /JSON object/],
  ]
  for (const [path, body, message] of cases) {
    const response = await fetch(`${url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
    equal(response.status, 400, path)
    match(((await response.json()) as { error: string }).error, message)
  }
  const broken = await fetch(`${url}/_sandbox/users`, { method: 'POST', body: '{"nickname":' })
  equal(broken.status, 400)
})

test('answers unknown paths, users and methods with 404 and 405', async (t) => {
  const { url } = await openSandbox(t)
  const status = async (method: string, path: string) => (await fetch(url + path, { method })).status
  equal(await status('GET', '/_sandbox'), 404)
  equal(await status('GET', '/_sandbox/nope'), 404)
  equal(await status('POST', '/_sandbox/users/u99/login'), 404)
  equal(await status('POST', '/_sandbox/users/%zz/login'), 404)
  equal(await status('DELETE', '/_sandbox/apps'), 405)
})

test('begins anew at a reset', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const before = await wechat.control('GET', '/users')
  const code = await wechat.loginCode(app)
  const { access_token } = await wechat.token(app)
  await wechat.control('POST', '/users', {})
  await wechat.control('POST', '/apps', { appid: app.appid, secret: 'b'.repeat(32) })
  await wechat.rules({ codeLifetimeMs: 1 })
  await wechat.fault({ path: '/cgi-bin/*', status: 503 })
  await wechat.advance(1000)
  await wechat.control('POST', '/reset')
  deepEqual(await wechat.control('GET', '/users'), before)
  deepEqual(await wechat.app('mini_program'), app)
  deepEqual(await wechat.control('GET', '/faults'), [])
  equal((await wechat.control('GET', '/rules')).codeLifetimeMs, 300_000)
  equal((await wechat.control('GET', '/clock')).advancedMs, 0)
  equal((await wechat.control('GET', '/calls')).count, 0)
  equal(await wechat.useToken(access_token), 40001)
  equal((await wechat.session(app, code)).errcode, 40029)
})

test('goes on bringing messages to the hub after a reset', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  const gatewayUrl = 'http://127.0.0.1:9/gateway'
  await wechat.control('POST', '/apps', { appid, gatewayUrl, name: 'Another' })
  await wechat.control('POST', '/reset')
  const apps = Object.values(await wechat.control('GET', '/apps')) as { appid: string }[]
  const app = apps.find((one) => one.appid === appid)
  partialDeepStrictEqual(app, { gatewayUrl, name: 'Demo official account' })
})

test('refuses control calls that a foreign web page may have caused', async (t) => {
  const { url } = await openSandbox(t)
  equal(await statusWith(url, {}), 200)
  equal(await statusWith(url, { host: 'localhost:9002' }), 200)
  equal(await statusWith(url, { host: '[::1]:9002' }), 200)
  equal(await statusWith(url, { host: 'evil.example' }), 403)
  equal(await statusWith(url, { host: '127.0.0.1.evil.example' }), 403)
  equal(await statusWith(url, { origin: 'https://evil.example' }), 403)
  equal(await statusWith(url, { origin: 'null' }), 403)
  equal(await statusWith(url, { origin: 'http://localhost:5173' }), 200)
})

test('takes every rule that is promised, and any appid of the usual kind', async (t) => {
  const wechat = await openSandbox(t)
  const rules = {
    refundSpacingMs: 0,
    refundLimit: 3,
    codeLifetimeMs: 1,
    sessionKeyMinMs: 1,
    tokenOverlapMs: 1,
  }
  await wechat.rules(rules)
  const inForce = await wechat.control('GET', '/rules')
  for (const [name, value] of Object.entries(rules)) equal(inForce[name], value, name)
  const app = { appid: 'wxSecondShop000001', secret: 's'.repeat(32), kind: 'mini_program' }
  equal((await wechat.control('POST', '/apps', app)).appid, app.appid)
})

test('shows and sets its clock', async (t) => {
  const wechat = await openSandbox(t)
  const { now } = await wechat.advance(3_600_000)
  ok(Math.abs(Number(now) - Date.now() - 3_600_000) < 5000)
})

function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  request(`${url}/_sandbox/apps`, { headers, agent: false }, (response) => {
    response.resume()
    resolve(response.statusCode)
  })
    .on('error', reject)
    .end()
  return promise
}
