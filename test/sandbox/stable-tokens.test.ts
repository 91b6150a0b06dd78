import { equal, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { openSandbox } from './open-sandbox.ts'

const second = 1000

test('gives everybody the same stable token with what is left of its life', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const first = await wechat.stableToken(app)
  await wechat.advance(6000 * second)
  const later = await wechat.stableToken(app)
  equal(later.access_token, first.access_token)
  ok(Number(later.expires_in) <= 1200 && Number(later.expires_in) > 1190)
})

test('renews a stable token in its last five minutes, and both work for five more', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const first = await wechat.stableToken(app)
  await wechat.advance(6890 * second)
  equal((await wechat.stableToken(app)).access_token, first.access_token)
  await wechat.advance(20 * second)
  const renewed = await wechat.stableToken(app)
  notEqual(renewed.access_token, first.access_token)
  equal(renewed.expires_in, 7200)
  await wechat.advance(290 * second)
  equal(await wechat.useToken(first.access_token), 0)
  equal(await wechat.useToken(renewed.access_token), 0)
  await wechat.advance(20 * second)
  equal(await wechat.useToken(first.access_token), 40001)
})

test('forces a new stable token without grace for the old, at most every thirty seconds', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const normal = await wechat.stableToken(app)
  const forced = await wechat.stableToken(app, true)
  notEqual(forced.access_token, normal.access_token)
  equal(await wechat.useToken(normal.access_token), 40001)
  equal((await wechat.stableToken(app, true)).access_token, forced.access_token)
  await wechat.advance(30 * second)
  notEqual((await wechat.stableToken(app, true)).access_token, forced.access_token)
})

test('leaves a grace after a forced refresh when the rule says so', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.rules({ forcedOverlapMs: 300 * second })
  const app = await wechat.app('mini_program')
  const { access_token: old } = await wechat.stableToken(app)
  await wechat.stableToken(app, true)
  equal(await wechat.useToken(old), 0)
})

test('forces twenty times a day', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  for (let times = 0; times < 20; times += 1) {
    equal((await wechat.stableToken(app, true)).errcode, undefined)
    await wechat.advance(31 * second)
  }
  equal((await wechat.stableToken(app, true)).errcode, 45009)
  equal((await wechat.stableToken(app)).errcode, undefined)
  await wechat.advance(86_400 * second)
  equal((await wechat.stableToken(app, true)).errcode, undefined)
})

test('keeps stable and plain tokens apart', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const { access_token: stable } = await wechat.stableToken(app)
  const { access_token: plain } = await wechat.token(app)
  await wechat.token(app)
  await wechat.advance(400 * second)
  equal(await wechat.useToken(stable), 0)
  equal(await wechat.useToken(plain), 40001)
  const { access_token: newest } = await wechat.token(app)
  await wechat.stableToken(app, true)
  equal(await wechat.useToken(newest), 0)
})

test('takes JSON only, and looks at the appid first', async (t) => {
  const wechat = await openSandbox(t)
  const { appid, secret } = await wechat.app('mini_program')
  const form = String(new URLSearchParams({ grant_type: 'client_credential', appid, secret }))
  const path = '/cgi-bin/stable_token'
  equal((await wechat.post(path, form)).errcode, 47001)
  equal((await wechat.post(path, '[]')).errcode, 47001)
  equal((await wechat.post(path, '')).errcode, 44002)
  equal((await wechat.post(path, {})).errcode, 41002)
  equal((await wechat.post(path, { appid: 'wx0' })).errcode, 40013)
  equal((await wechat.post(path, { appid })).errcode, 41004)
  equal((await wechat.post(path, { appid, secret })).errcode, 40002)
  const good = JSON.stringify({ appid, secret, grant_type: 'client_credential' })
  equal((await wechat.post(path, `\ufeff${good}`)).expires_in, 7200)
})

test('answers with the minute limit when too many ask', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.rules({ stableTokenMinuteLimit: 1 })
  const app = await wechat.app('mini_program')
  await wechat.stableToken(app)
  equal((await wechat.stableToken(app)).errcode, 45011)
  await wechat.advance(60 * second)
  equal((await wechat.stableToken(app)).errcode, undefined)
})
