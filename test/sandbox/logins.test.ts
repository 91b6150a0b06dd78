import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { openSandbox } from './open-sandbox.ts'

test('exchanges a code once for session_key, openid and unionid, in this order', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const code = await wechat.loginCode(app)
  const reply = await wechat.session(app, code)
  deepEqual(Object.keys(reply), ['session_key', 'openid', 'unionid'])
  match(String(reply.session_key), /^[\w+/]{21}[AQgw]==$/)
  match(String(reply.openid), /^o[\w-]{27}$/)
  match(String(reply.unionid), /^o[\w-]{27}$/)
  equal((await wechat.session(app, code)).errcode, 40163)
})

test('gives the ids that the list of users shows, after each start the same', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const before = await wechat.control('GET', '/users')
  const [user] = before as unknown as { unionid: string; openids: Record<string, string> }[]
  const { openid, unionid } = await wechat.session(app, await wechat.loginCode(app))
  equal(openid, user?.openids[app.appid])
  equal(unionid, user?.unionid)
  deepEqual(await (await openSandbox(t)).control('GET', '/users'), before)
})

test('leaves the unionid out for an app without open-platform account, and has another for another', async (t) => {
  const wechat = await openSandbox(t)
  const demo = await wechat.session(
    await wechat.app('mini_program'),
    await wechat.loginCode(await wechat.app('mini_program')),
  )
  const lone = (await wechat.control('POST', '/apps', { openPlatform: null })) as never
  equal('unionid' in (await wechat.session(lone, await wechat.loginCode(lone))), false)
  const foreign = (await wechat.control('POST', '/apps', { openPlatform: 'another' })) as never
  const { unionid } = await wechat.session(foreign, await wechat.loginCode(foreign))
  match(String(unionid), /^o/)
  notEqual(unionid, demo.unionid)
})

test('refuses codes that are unknown, foreign, of another space, or older than five minutes', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const other = (await wechat.control('POST', '/apps', {})) as never
  equal((await wechat.session(app, 'made-up')).errcode, 40029)
  const code = await wechat.loginCode(app)
  equal((await wechat.session(other, code)).errcode, 40029)
  equal((await wechat.userToken(app, code)).errcode, 40029)
  const mobileCode = await wechat.loginCode(await wechat.app('open_app'))
  equal((await wechat.session(await wechat.app('open_app'), mobileCode)).errcode, 40029)
  await wechat.advance(299_000)
  equal((await wechat.session(app, code)).errcode, undefined)
  const late = await wechat.loginCode(app)
  await wechat.advance(300_000)
  equal((await wechat.session(app, late)).errcode, 40029)
})

test('leaves a code unused when the secret is wrong', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const code = await wechat.loginCode(app)
  equal((await wechat.session({ ...app, secret: 'f'.repeat(32) }, code)).errcode, 40125)
  equal((await wechat.session(app, code)).errcode, undefined)
})

test('makes a new session_key at each login, unless a minimum age says otherwise', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const login = async () => (await wechat.session(app, await wechat.loginCode(app))).session_key
  const first = await login()
  notEqual(await login(), first)
  await wechat.rules({ sessionKeyMinMs: 60_000 })
  const kept = await login()
  equal(await login(), kept)
  await wechat.advance(60_000)
  notEqual(await login(), kept)
})

test('limits the logins of one user when a rule asks for it', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.rules({ loginMinuteLimit: 1 })
  const app = await wechat.app('mini_program')
  await wechat.session(app, await wechat.loginCode(app))
  const code = await wechat.loginCode(app)
  equal((await wechat.session(app, code)).errcode, 45011)
  equal((await wechat.session(app, await wechat.loginCode(app, 'u2'))).errcode, undefined)
  await wechat.advance(60_000)
  equal((await wechat.session(app, code)).errcode, undefined)
})
