import { equal, match, notEqual, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import MiniApp from 'node-easywechat/dist/MiniApp/Application.js'
import { createCoWechatApi } from './create-co-wechat-api.ts'
import type { OpenSandbox, SandboxApp } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

/** node-easywechat keeps its tokens in files; here in a folder that goes with the test. */
function toEasyWechatConfig(
  t: TestContext,
  { url }: OpenSandbox,
  { appid, secret }: SandboxApp,
  stable: boolean,
) {
  const path = mkdtempSync(join(tmpdir(), 'easywechat-'))
  t.after(() => rmSync(path, { recursive: true }))
  return {
    app_id: appid,
    secret,
    use_stable_access_token: stable,
    http: { baseURL: url },
    file_cache: { path, dirMode: 0o700, fileMode: 0o600, ext: '.cache' },
  }
}

test('serves co-wechat-api tokens, calls, tickets and sessions', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const api = createCoWechatApi(wechat, app)
  match((await api.getAccessToken()).accessToken, /^\d+_/)
  equal((await api.getIp()).ip_list.length, 2)
  match((await api.getTicket()).ticket, /./)
  const session = await api.code2Session(await wechat.loginCode(app))
  equal(Buffer.from(String(session.session_key), 'base64').length, 16)
  await rejects(api.code2Session('made-up'), { code: 40029 })
})

test('lets co-wechat-api recover when somebody else renewed its token', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('official_account')
  const api = createCoWechatApi(wechat, app)
  await api.getIp()
  await wechat.rules({ tokenOverlapMs: 0 })
  await wechat.token(app)
  equal((await api.getIp()).ip_list.length, 2)
  equal((await wechat.control('GET', '/calls?path=/cgi-bin/token')).count, 3)
})

for (const stable of [false, true]) {
  test(`serves node-easywechat ${stable ? 'stable' : 'plain'} tokens and sessions`, async (t) => {
    const wechat = await openSandbox(t)
    const app = await wechat.app('mini_program')
    const mini = new MiniApp(toEasyWechatConfig(t, wechat, app, stable))
    const token = await mini.getAccessToken().getToken()
    equal(await wechat.useToken(token), 0)
    const path = stable ? '/cgi-bin/stable_token' : '/cgi-bin/token'
    equal((await wechat.control('GET', `/calls?path=${path}`)).count, 1)
    const session = await mini.getUtils().codeToSession(await wechat.loginCode(app))
    match(String(session.openid), /^o[\w-]{27}$/)
    await rejects(mini.getUtils().codeToSession('made-up'), /40029/)
  })
}

test('serves node-easywechat open data, phone numbers and codes', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const mini = new MiniApp(toEasyWechatConfig(t, wechat, app, true))
  const session = await mini.getUtils().codeToSession(await wechat.loginCode(app))
  const { encryptedData, iv } = await wechat.control('POST', '/users/u1/profile', { appid: app.appid })
  const key = String(session.session_key)
  const profile = mini.getUtils().decryptSession(key, String(iv), String(encryptedData))
  equal((profile as { openId: string }).openId, session.openid)

  const client = mini.getClient()
  const { code } = await wechat.control('POST', '/users/u1/phone', { appid: app.appid })
  const phone = await client.postJson('/wxa/business/getuserphonenumber', { code })
  equal(phone.toObject().phone_info.purePhoneNumber, '13800000001')
  const image = { json: { scene: '1' }, responseType: 'arraybuffer' as const }
  const drawn = await client.request('POST', '/wxa/getwxacodeunlimit', image)
  equal(Buffer.from(drawn.getContent()).subarray(0, 3).toString('hex'), 'ffd8ff')
})

test('serves the web login of node-easywechat from the address to the profile', async (t) => {
  const OfficialAccount = await loadOfficialAccount()
  if (OfficialAccount === null) return t.skip('node-socialite 1.4.1 is not installed')
  const wechat = await openSandbox(t)
  const app = await wechat.app('official_account')
  const account = new OfficialAccount(toEasyWechatConfig(t, wechat, app, false))
  const oauth = account.getOAuth()
  Object.assign(oauth, { _baseUrl: `${wechat.url}/sns` })
  const url = oauth.redirect('https://shop.example/back')
  const { location } = await wechat.control('POST', '/users/u1/authorize', { url })
  const code = new URL(String(location)).searchParams.get('code') ?? ''
  const user = await oauth.userFromCode(code)
  match(String(user.getId()), /^o[\w-]{27}$/)
  equal(user.getNickname(), '林小满')
  notEqual(user.getAvatar(), null)
})

// Its web login needs a layout of node-socialite that later versions gave up.
async function loadOfficialAccount() {
  try {
    return (await import('node-easywechat')).OfficialAccount
  } catch (error) {
    if (error instanceof Error && error.message.includes('node-socialite')) return null
    throw error
  }
}
