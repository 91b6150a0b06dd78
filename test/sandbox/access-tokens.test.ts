import { equal, match, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { openSandbox } from './open-sandbox.ts'

const minute = 60_000

test('issues a new token at each call and lets the one before it live for five minutes', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const first = await wechat.token(app)
  const second = await wechat.token(app)
  equal(first.expires_in, 7200)
  match(String(first.access_token), /^\d+_[\w-]{128,}$/)
  notEqual(first.access_token, second.access_token)
  equal(await wechat.useToken(first.access_token), 0)
  await wechat.advance(4.9 * minute)
  equal(await wechat.useToken(first.access_token), 0)
  await wechat.advance(0.2 * minute)
  equal(await wechat.useToken(first.access_token), 40001)
  equal(await wechat.useToken(second.access_token), 0)
})

test('refuses an aged token with another number than a replaced one', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('official_account')
  const { access_token: token } = await wechat.token(app)
  await wechat.advance(121 * minute)
  equal(await wechat.useToken(token), 42001)
})

test('tells a missing, a malformed and an unknown token apart', async (t) => {
  const wechat = await openSandbox(t)
  equal(await wechat.useToken(''), 41001)
  equal(await wechat.useToken('not a token'), 40014)
  equal(await wechat.useToken('made_up_token'), 40001)
})

test('does not take an access token that stands in the body', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const { access_token } = await wechat.token(app)
  const reply = await wechat.post('/cgi-bin/clear_quota', { access_token, appid: app.appid })
  equal(reply.errcode, 41001)
})

test('answers callers outside the whitelist with the address it saw', async (t) => {
  const wechat = await openSandbox(t)
  const { appid, secret } = await wechat.control('POST', '/apps', { ipWhitelist: ['203.0.113.7'] })
  const app = { appid: String(appid), secret: String(secret), kind: 'mini_program' }
  for (const reply of [await wechat.token(app), await wechat.stableToken(app)]) {
    equal(reply.errcode, 40164)
    match(String(reply.errmsg), /^invalid ip 127\.0\.0\.1 ipv6 ::ffff:127\.0\.0\.1, not in whitelist rid: /)
  }
  await wechat.control('POST', '/apps', { appid, ipWhitelist: ['127.0.0.1'] })
  equal((await wechat.token(app)).expires_in, 7200)
})

test('limits the tokens of a day, until the next day or clear_quota', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.rules({ tokenDailyLimit: 2 })
  const app = await wechat.app('mini_program')
  await wechat.token(app)
  await wechat.token(app)
  equal((await wechat.token(app)).errcode, 45009)
  const { appid, secret: appsecret } = app
  equal((await wechat.post('/cgi-bin/clear_quota/v2', { appid, appsecret })).errcode, 0)
  const { access_token } = await wechat.token(app)
  const cleared = await wechat.post(`/cgi-bin/clear_quota?access_token=${access_token}`, { appid })
  equal(cleared.errcode, 0)
  await wechat.token(app)
  await wechat.token(app)
  equal((await wechat.token(app)).errcode, 45009)
  await wechat.advance(24 * 60 * minute)
  equal((await wechat.token(app)).expires_in, 7200)
})

test('resets the quotas of an account ten times a month', async (t) => {
  const wechat = await openSandbox(t)
  const { appid, secret: appsecret } = await wechat.app('mini_program')
  for (let times = 0; times < 10; times += 1) {
    equal((await wechat.post('/cgi-bin/clear_quota/v2', { appid, appsecret })).errcode, 0)
  }
  equal((await wechat.post('/cgi-bin/clear_quota/v2', { appid, appsecret })).errcode, 48006)
})

test('gives one jsapi ticket to everybody who asks', async (t) => {
  const wechat = await openSandbox(t)
  const { access_token } = await wechat.token(await wechat.app('official_account'))
  const query = { access_token: String(access_token), type: 'jsapi' }
  const first = await wechat.get('/cgi-bin/ticket/getticket', query)
  equal(first.errcode, 0)
  equal(first.expires_in, 7200)
  equal((await wechat.get('/cgi-bin/ticket/getticket', query)).ticket, first.ticket)
})
