import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import type { OpenSandbox, SandboxApp } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

const day = 86_400_000
const back = 'https://shop.example/back?from=wechat#/home'

function toAuthorizeUrl(appid: string, changes: Record<string, string> = {}, page = 'oauth2/authorize') {
  const query = { appid, redirect_uri: back, response_type: 'code', scope: 'snsapi_userinfo', state: 'a1' }
  return `https://open.weixin.qq.com/connect/${page}?${new URLSearchParams({ ...query, ...changes })}#wechat_redirect`
}

async function authorize(wechat: OpenSandbox, url: string, { user = 'u1', deny = false } = {}) {
  const { location } = await wechat.control('POST', `/users/${user}/authorize`, { url, deny })
  return new URL(String(location))
}

async function logIn(t: TestContext, scope = 'snsapi_userinfo', user = 'u1') {
  const wechat = await openSandbox(t)
  const app = await wechat.app('official_account')
  const location = await authorize(wechat, toAuthorizeUrl(app.appid, { scope }), { user })
  const code = location.searchParams.get('code') ?? ''
  return { wechat, app, code, token: await wechat.userToken(app, code) }
}

const refresh = (wechat: OpenSandbox, { appid }: SandboxApp, token: unknown) =>
  wechat.get('/sns/oauth2/refresh_token', {
    appid,
    grant_type: 'refresh_token',
    refresh_token: String(token),
  })

const userinfo = (wechat: OpenSandbox, { access_token, openid }: Record<string, unknown>) =>
  wechat.get('/sns/userinfo', { access_token: String(access_token), openid: String(openid), lang: 'zh_CN' })

test('sends the browser back with code and state, before the fragment', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  const location = await authorize(wechat, toAuthorizeUrl(appid))
  match(location.href, /^https:\/\/shop\.example\/back\?from=wechat&code=\w{32}&state=a1#\/home$/)
})

test('sends the browser back with only the state when the user refuses', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  const location = await authorize(wechat, toAuthorizeUrl(appid), { deny: true })
  deepEqual([...location.searchParams.keys()], ['from', 'state'])
})

test('answers a bad authorize address with the number of the error page', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  const mobile = (await wechat.app('open_app')).appid
  const mini = (await wechat.app('mini_program')).appid
  await wechat.control('POST', '/apps', { appid, oauthDomain: 'shop.example' })
  const good = toAuthorizeUrl(appid)
  const cases: [string, number | null][] = [
    [toAuthorizeUrl(''), 10012],
    [toAuthorizeUrl(appid, { redirect_uri: '' }), 10011],
    [toAuthorizeUrl(appid, { redirect_uri: 'https://www.shop.example/' }), 10003],
    [toAuthorizeUrl(appid, { scope: '' }), 10010],
    [toAuthorizeUrl(appid, { scope: 'snsapi_login' }), 10005],
    [toAuthorizeUrl(mini), 10005],
    [toAuthorizeUrl(appid, { state: '' }), 10013],
    [toAuthorizeUrl(appid, { state: 'a-b' }), null],
    [toAuthorizeUrl(appid, { state: 'a'.repeat(129) }), null],
    [toAuthorizeUrl(mobile), 10016],
    [toAuthorizeUrl('wx0000000000000000'), null],
    [toAuthorizeUrl(appid, {}, 'qrconnect'), null],
    [good.replace('#wechat_redirect', ''), null],
    [good.replace('response_type=code', 'response_type=token'), null],
    ['https://open.weixin.qq.com/', null],
    ['nonsense', null],
  ]
  for (const [url, number] of cases) {
    const body = JSON.stringify({ url })
    const response = await fetch(`${wechat.url}/_sandbox/users/u1/authorize`, { method: 'POST', body })
    const reply = (await response.json()) as { error: string; errcode: number | null }
    equal(response.status, 400, url)
    equal(reply.errcode, number, `${url} ${reply.error}`)
  }
  equal((await authorize(wechat, good)).host, 'shop.example')
})

test('minds the order of the parameters when the rule says so, and misses no state', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  const swapped = toAuthorizeUrl(appid).replace(
    'response_type=code&scope=snsapi_userinfo&state=a1',
    'scope=snsapi_userinfo&response_type=code',
  )
  const location = await authorize(wechat, swapped)
  deepEqual([...location.searchParams.keys()], ['from', 'code'])
  await wechat.rules({ strictAuthorizeOrder: true })
  await rejects(authorize(wechat, swapped), /order/)
})

test('exchanges a code once for tokens, with the unionid', async (t) => {
  const { wechat, app, code, token } = await logIn(t)
  deepEqual(Object.keys(token), ['access_token', 'expires_in', 'refresh_token', 'openid', 'scope', 'unionid'])
  equal(token.expires_in, 7200)
  equal(token.scope, 'snsapi_userinfo')
  equal((await wechat.userToken(app, code)).errcode, 40163)
})

test('gives only the openid to a silent login', async (t) => {
  const { wechat, token } = await logIn(t, 'snsapi_base')
  equal('unionid' in token, false)
  equal((await userinfo(wechat, token)).errcode, 48001)
})

test('marks the virtual account of a snapshot page', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('official_account')
  const { id } = await wechat.control('POST', '/users', { virtual: true })
  const location = await authorize(wechat, toAuthorizeUrl(app.appid), { user: String(id) })
  const token = await wechat.userToken(app, location.searchParams.get('code') ?? '')
  equal(token.is_snapshotuser, 1)
})

test('gives the profile without sex and place', async (t) => {
  const { wechat, token } = await logIn(t)
  const [user] = (await wechat.control('GET', '/users')) as unknown as Record<string, unknown>[]
  deepEqual(await userinfo(wechat, token), {
    openid: token.openid,
    nickname: user?.nickname,
    sex: 0,
    province: '',
    city: '',
    country: '',
    headimgurl: user?.avatarUrl,
    privilege: [],
    unionid: token.unionid,
  })
  equal((await userinfo(wechat, { ...token, openid: 'oOther' })).errcode, 40003)
  equal((await userinfo(wechat, { ...token, openid: '' })).errcode, 41009)
})

test('tells whether a user token is good', async (t) => {
  const { wechat, token } = await logIn(t, 'snsapi_base')
  const query = { access_token: String(token.access_token), openid: String(token.openid) }
  deepEqual(await wechat.get('/sns/auth', query), { errcode: 0, errmsg: 'ok' })
  await wechat.advance(7_200_000)
  equal((await wechat.get('/sns/auth', query)).errcode, 42001)
})

test('prolongs a living user token and replaces an expired one', async (t) => {
  const { wechat, app, token } = await logIn(t)
  await wechat.advance(3_600_000)
  const prolonged = await refresh(wechat, app, token.refresh_token)
  deepEqual(Object.keys(prolonged), ['access_token', 'expires_in', 'refresh_token', 'openid', 'scope'])
  equal(prolonged.access_token, token.access_token)
  equal(prolonged.expires_in, 7200)
  await wechat.advance(7_200_000)
  equal((await userinfo(wechat, token)).errcode, 42001)
  const replaced = await refresh(wechat, app, token.refresh_token)
  notEqual(replaced.access_token, token.access_token)
  equal((await userinfo(wechat, replaced)).errcode, undefined)
})

test('ends a refresh token after 30 days, that of a mobile app after 180', async (t) => {
  const { wechat, app, token } = await logIn(t)
  const mobile = await wechat.app('open_app')
  const mobileToken = await wechat.userToken(mobile, await wechat.loginCode(mobile))
  equal((await refresh(wechat, mobile, token.refresh_token)).errcode, 40030)
  await wechat.advance(30 * day)
  equal((await refresh(wechat, app, token.refresh_token)).errcode, 42002)
  await wechat.advance(149 * day)
  equal((await refresh(wechat, mobile, mobileToken.refresh_token)).errcode, undefined)
  await wechat.advance(2 * day)
  equal((await refresh(wechat, mobile, mobileToken.refresh_token)).errcode, 42002)
})

test('logs a website in by QR code with a code that lives ten minutes', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('open_app')
  const url = toAuthorizeUrl(app.appid, { scope: 'snsapi_login' }, 'qrconnect')
  const code = async () => (await authorize(wechat, url)).searchParams.get('code') ?? ''
  const [early, late] = [await code(), await code()]
  await wechat.advance(599_000)
  ok((await wechat.userToken(app, early)).unionid)
  await wechat.advance(2000)
  equal((await wechat.userToken(app, late)).errcode, 40029)
})

test('looks at the code before the secret, or after it when the rule says so', async (t) => {
  const wechat = await openSandbox(t)
  const app = { ...(await wechat.app('open_app')), secret: 'wrong' }
  const code = await wechat.loginCode(app)
  equal((await wechat.userToken(app, 'made-up')).errcode, 40029)
  equal((await wechat.userToken(app, code)).errcode, 40125)
  await wechat.rules({ oauthCodeBeforeSecret: false })
  equal((await wechat.userToken(app, 'made-up')).errcode, 40125)
})

test('points an official account to the browser when it asks for an app login', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  const body = JSON.stringify({ appid })
  const response = await fetch(`${wechat.url}/_sandbox/users/u1/login`, { method: 'POST', body })
  equal(response.status, 400)
  match(((await response.json()) as { error: string }).error, /authorize/)
})
