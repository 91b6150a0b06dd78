import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type OpenSandbox, openSandbox } from './open-sandbox.ts'

function toPath(appid: string, changes: Record<string, string> = {}, page = 'oauth2/authorize'): string {
  const query = {
    appid,
    redirect_uri: 'https://shop.example/back',
    response_type: 'code',
    scope: 'snsapi_userinfo',
    state: 'a1',
  }
  return `/connect/${page}?${new URLSearchParams({ ...query, ...changes })}`
}

async function open(wechat: OpenSandbox, path: string, init: RequestInit = {}) {
  const response = await fetch(wechat.url + path, { redirect: 'manual', ...init })
  const location = response.headers.get('location')
  const cookie = /^sandbox_user=[^;]+/.exec(response.headers.get('set-cookie') ?? '')?.[0] ?? ''
  return { status: response.status, text: await response.text(), location, cookie }
}

const choose = (user: string, answer: string): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams({ user, answer }),
})

test('asks the person at the browser, and sends it back with a code that works', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('official_account')
  const page = await open(wechat, toPath(app.appid))
  equal(page.status, 200)
  match(page.text, /林小满/)
  match(page.text, /拒绝/)
  const agreed = await open(wechat, toPath(app.appid), choose('u1', 'agree'))
  equal(agreed.status, 302)
  const back = new URL(String(agreed.location))
  deepEqual([...back.searchParams.keys()], ['code', 'state'])
  equal((await wechat.userToken(app, back.searchParams.get('code') ?? '')).scope, 'snsapi_userinfo')
  const refused = await open(wechat, toPath(app.appid), choose('u1', 'refuse'))
  equal(refused.location, 'https://shop.example/back?state=a1')
})

test('asks for a silent login once, and in a website by its own page', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  const silent = toPath(appid, { scope: 'snsapi_base' })
  equal((await open(wechat, silent)).status, 200)
  const { cookie } = await open(wechat, silent, choose('u3', 'agree'))
  match(String((await open(wechat, silent, { headers: { cookie } })).location), /\?code=\w+&state=a1$/)
  equal((await open(wechat, toPath(appid), { headers: { cookie } })).status, 200)
  equal((await open(wechat, silent, { headers: { cookie: 'sandbox_user=nobody' } })).status, 200)
  const website = (await wechat.app('open_app')).appid
  const path = toPath(website, { scope: 'snsapi_login' }, 'qrconnect')
  match(String((await open(wechat, path, choose('u1', 'agree'))).location), /\?code=\w+&state=a1$/)
})

test("shows WeChat's error pages, whatever stands in the address", async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  await wechat.control('POST', '/apps', { appid, oauthDomain: 'shop.example' })
  const cases: [string, RegExp][] = [
    [toPath(''), /appid不能为空，错误码：10012/],
    [toPath(appid, { redirect_uri: 'https://evil.example/' }), /与后台配置不一致，错误码：10003/],
    [toPath(appid, { scope: 'snsapi_login' }), /错误码：10005/],
    [toPath(appid, { state: '' }), /state不能为空，错误码：10013/],
    [toPath('wx0000000000000000'), /AppID 参数错误/],
    [toPath(appid, {}, 'qrconnect'), /Scope 参数错误或没有 Scope 权限/],
    ['/connect/oauth2/authorize', /10012/],
  ]
  for (const [path, text] of cases) {
    for (const init of [{}, choose('u1', 'agree')]) {
      const page = await open(wechat, path, init)
      deepEqual([page.status, page.location], [200, null], path)
      match(page.text, text)
    }
  }
  match((await open(wechat, toPath(appid), choose('nobody', 'agree'))).text, /nobody was chosen/)
})

test('escapes what people are called and what the address holds', async (t) => {
  const wechat = await openSandbox(t)
  const { appid } = await wechat.app('official_account')
  await wechat.control('POST', '/users', { id: 'html', nickname: '<script>alert(1)</script>' })
  const scope = '"><script>alert(2)</script>'
  for (const path of [
    toPath(appid, { redirect_uri: `https://shop.example/${scope}` }),
    toPath(appid, { scope }),
  ]) {
    const { text } = await open(wechat, path)
    equal(/<script/.test(text), false, text)
  }
})
