import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { openSandbox } from './open-sandbox.ts'

const sign = (sessionKey: unknown) => createHmac('sha256', String(sessionKey)).update('').digest('hex')

async function logIn(t: TestContext) {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const { session_key: sessionKey, openid } = await wechat.session(app, await wechat.loginCode(app))
  const { access_token } = await wechat.token(app)
  const query = (key: unknown, changes = {}) => ({
    access_token: String(access_token),
    openid: String(openid),
    signature: sign(key),
    sig_method: 'hmac_sha256',
    ...changes,
  })
  return { wechat, app, sessionKey, query }
}

test('confirms the valid session_key from its signature of nothing', async (t) => {
  const { wechat, sessionKey, query } = await logIn(t)
  deepEqual(await wechat.get('/wxa/checksession', query(sessionKey)), { errcode: 0, errmsg: 'ok' })
  equal((await wechat.get('/wxa/checksession', query('another key'))).errcode, 87009)
})

test('ends a session_key with the next login, even before its code is used', async (t) => {
  const { wechat, app, sessionKey, query } = await logIn(t)
  await wechat.loginCode(app)
  equal((await wechat.get('/wxa/checksession', query(sessionKey))).errcode, 87009)
})

test('looks at token, arguments, method and openid before the signature', async (t) => {
  const { wechat, sessionKey, query } = await logIn(t)
  const check = async (changes: Record<string, string>) =>
    (await wechat.get('/wxa/checksession', query(sessionKey, changes))).errcode
  equal(await check({ access_token: 'made_up' }), 40001)
  equal(await check({ signature: '' }), 40097)
  equal(await check({ sig_method: 'md5' }), 87008)
  equal(await check({ openid: 'oAnotherApp' }), 40003)
})

test('takes the fields in the body as well', async (t) => {
  const { wechat, sessionKey, query } = await logIn(t)
  const { access_token, ...fields } = query(sessionKey)
  const path = `/wxa/checksession?access_token=${access_token}`
  deepEqual(await wechat.post(path, fields), { errcode: 0, errmsg: 'ok' })
})

test('resets a session_key for one that ends when the old one would have', async (t) => {
  const { wechat, sessionKey, query } = await logIn(t)
  const reply = await wechat.get('/wxa/resetusersessionkey', query(sessionKey))
  deepEqual(Object.keys(reply), ['errcode', 'errmsg', 'openid', 'session_key'])
  notEqual(reply.session_key, sessionKey)
  equal((await wechat.get('/wxa/checksession', query(sessionKey))).errcode, 87009)
  equal((await wechat.get('/wxa/checksession', query(reply.session_key))).errcode, 0)
})

test('knows no session_key of a user who never logged in, or whose session is over', async (t) => {
  const { wechat, app, sessionKey, query } = await logIn(t)
  const users = (await wechat.control('GET', '/users')) as unknown as { openids: Record<string, string> }[]
  const stranger = { openid: users[1]?.openids[app.appid] }
  equal((await wechat.get('/wxa/checksession', query(sessionKey, stranger))).errcode, 87007)
  await wechat.advance(3 * 86_400_000)
  const { access_token } = await wechat.token(app)
  equal((await wechat.get('/wxa/resetusersessionkey', query(sessionKey, { access_token }))).errcode, 87007)
})
