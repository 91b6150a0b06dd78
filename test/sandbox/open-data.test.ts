import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { createDecipheriv, createHash } from 'node:crypto'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { encryptOpenData } from '../../sandbox/open-data/encrypt-open-data.ts'
import { signRawData } from '../../sandbox/open-data/sign-raw-data.ts'
import type { Json, SandboxApp } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

async function logIn(t: TestContext, user = 'u1') {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const session = await wechat.session(app, await wechat.loginCode(app, user))
  const { access_token } = await wechat.token(app)
  const share = (what: 'profile' | 'phone', { appid }: SandboxApp = app) =>
    wechat.control('POST', `/users/${user}/${what}`, { appid })
  const check = (hash: unknown, token = access_token) =>
    wechat.post(`/wxa/business/checkencryptedmsg?access_token=${token}`, { encrypted_msg_hash: hash })
  return { wechat, app, session, share, check }
}

function decrypt({ encryptedData, iv }: Json, sessionKey: unknown): Json {
  const [key, vector] = [sessionKey, iv].map((text) => Buffer.from(String(text), 'base64'))
  const decipher = createDecipheriv('aes-128-cbc', key ?? '', vector ?? null)
  return JSON.parse(decipher.update(String(encryptedData), 'base64', 'utf8') + decipher.final('utf8'))
}

const sha256 = (text: unknown) => createHash('sha256').update(String(text)).digest('hex')

async function refusal(url: string, path: string, body: Json): Promise<string> {
  const response = await fetch(`${url}/_sandbox${path}`, { method: 'POST', body: JSON.stringify(body) })
  equal(response.status, 400)
  return ((await response.json()) as { error: string }).error
}

// The sample of the official documentation.
const sample = {
  sessionKey: 'tiihtNczf5v6AKRyjwEUhQ==',
  iv: 'r7BXXKkLb8qrSNn05n0qiA==',
  text: '{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0","unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA","watermark":{"timestamp":1477314187,"appid":"wx4f4bc4dec97d474b"}}',
  encryptedData:
    'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==',
}

test('encrypts as the official sample does', () => {
  equal(encryptOpenData(sample.text, sample), sample.encryptedData)
})

test('signs as the official sample does', () => {
  const rawData =
    '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}'
  equal(signRawData(rawData, 'HyVFkGl5F5OQWJZZaNzBBg=='), '75e81ceda165f4ffa64f4068af58c64b8f54b88c')
})

test('shares a profile, signed and encrypted under the session_key', async (t) => {
  const { app, session, share } = await logIn(t)
  const profile = await share('profile')
  deepEqual(Object.keys(profile), ['rawData', 'signature', 'encryptedData', 'iv'])
  equal(profile.signature, signRawData(String(profile.rawData), String(session.session_key)))
  const raw = JSON.parse(String(profile.rawData))
  equal(raw.nickName, '林小满')
  const { watermark, openId, unionId, ...rest } = decrypt(profile, session.session_key)
  deepEqual(rest, raw)
  deepEqual([openId, unionId], [session.openid, session.unionid])
  const { timestamp, appid } = watermark as { timestamp: number; appid: string }
  equal(appid, app.appid)
  equal(Math.abs(timestamp - Date.now() / 1000) < 5, true)
})

test('shares the placeholder profile of a user without one, and no unionId without open platform', async (t) => {
  const { wechat } = await logIn(t)
  const lone = (await wechat.control('POST', '/apps', { openPlatform: null })) as never
  const { session_key } = await wechat.session(lone, await wechat.loginCode(lone, 'u2'))
  const profile = await wechat.control('POST', '/users/u2/profile', { appid: (lone as SandboxApp).appid })
  const { rawData } = profile
  match(
    String(rawData),
    /^\{"nickName":"微信用户","gender":0,"language":"zh_CN","city":"","province":"","country":"","avatarUrl":"https:/,
  )
  equal('unionId' in decrypt(profile, session_key), false)
})

test('shares under the key of the newest login, and nothing before the first', async (t) => {
  const { wechat, app, session, share } = await logIn(t)
  const { session_key } = await wechat.session(app, await wechat.loginCode(app))
  notEqual(session_key, session.session_key)
  equal(decrypt(await share('profile'), session_key).openId, session.openid)
  await wechat.advance(3 * 86_400_000)
  match(await refusal(wechat.url, '/users/u1/profile', { appid: app.appid }), /no session_key/)
  match(await refusal(wechat.url, '/users/u2/profile', { appid: app.appid }), /no session_key/)
  const { appid } = await wechat.app('official_account')
  match(await refusal(wechat.url, '/users/u1/profile', { appid }), /not a mini program/)
  match(await refusal(wechat.url, '/users/u1/phone', { appid }), /not a mini program/)
})

test('shares a phone number, encrypted and as a code', async (t) => {
  const { app, session, share } = await logIn(t)
  const phone = await share('phone')
  deepEqual(Object.keys(phone), ['code', 'encryptedData', 'iv'])
  const { watermark, ...number } = decrypt(phone, session.session_key)
  deepEqual(number, { phoneNumber: '13800000001', purePhoneNumber: '13800000001', countryCode: '86' })
  equal((watermark as SandboxApp).appid, app.appid)
})

test('confirms encrypted phone numbers of the last three days', async (t) => {
  const { wechat, share, check } = await logIn(t)
  const hash = sha256((await share('phone')).encryptedData)
  const { create_time: time, ...reply } = await check(hash)
  deepEqual(reply, { errcode: 0, errmsg: 'ok', vaild: true })
  equal(Math.abs(Number(time) - Date.now() / 1000) < 5, true)
  equal((await check(hash.toUpperCase())).errcode, 0)
  const other = (await wechat.control('POST', '/apps', {})) as never
  equal((await check(hash, (await wechat.token(other)).access_token)).errcode, 1)
  await wechat.advance(3 * 86_400_000)
  const token = (await wechat.token(await wechat.app('mini_program'))).access_token
  match(String((await check(hash, token)).errmsg), /^data not exit rid: /)
})

test('confirms no profile and nothing made up, unless the rule lets profiles pass', async (t) => {
  const { wechat, share, check } = await logIn(t)
  const hash = sha256((await share('profile')).encryptedData)
  equal((await check(hash)).errcode, 1)
  equal((await check(sha256('made up'))).errcode, 1)
  equal((await check('not hex')).errcode, 40097)
  equal((await check(undefined)).errcode, 47001)
  await wechat.rules({ checkPhoneDataOnly: false })
  equal((await check(hash)).vaild, true)
})
