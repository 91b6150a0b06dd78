import { deepEqual, equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { toPhoneNumber } from '../../sandbox/open-data/phone-number.ts'
import type { SandboxApp } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

async function openPhones(t: TestContext) {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const code = async ({ appid } = app, user = 'u1') =>
    String((await wechat.control('POST', `/users/${user}/phone`, { appid })).code)
  const exchange = async (body: string | Record<string, unknown>, by: SandboxApp = app) => {
    const { access_token } = await wechat.stableToken(by)
    return wechat.post(`/wxa/business/getuserphonenumber?access_token=${access_token}`, body)
  }
  return { wechat, app, code, exchange }
}

test('exchanges a code once for the phone number, with or without the openid', async (t) => {
  const { wechat, app, code, exchange } = await openPhones(t)
  const first = await code()
  const { errcode, errmsg, phone_info } = await exchange({ code: first })
  deepEqual([errcode, errmsg], [0, 'ok'])
  const { watermark, ...number } = phone_info as { watermark: { timestamp: number; appid: string } }
  deepEqual(number, { phoneNumber: '13800000001', purePhoneNumber: '13800000001', countryCode: '86' })
  deepEqual(Object.keys(watermark), ['timestamp', 'appid'])
  equal(watermark.appid, app.appid)
  equal((await exchange({ code: first })).errcode, 40029)
  const second = await code()
  equal((await exchange({ code: second, openid: 'oSomebodyElse' })).errcode, 40003)
  const { openid } = await wechat.session(app, await wechat.loginCode(app))
  equal((await exchange({ code: second, openid })).errcode, 0)
})

test('refuses codes of another space, of another app, and older than five minutes', async (t) => {
  const { wechat, app, code, exchange } = await openPhones(t)
  equal((await exchange({ code: await wechat.loginCode(app) })).errcode, 40029)
  const phoneCode = await code()
  equal((await wechat.session(app, phoneCode)).errcode, 40029)
  const other = (await wechat.control('POST', '/apps', {})) as never
  equal((await exchange({ code: phoneCode }, other)).errcode, 40013)
  await wechat.advance(299_000)
  equal((await exchange({ code: phoneCode })).errcode, 0)
  const late = await code()
  await wechat.advance(300_000)
  equal((await exchange({ code: late })).errcode, 40029)
})

test('refuses bodies that are no JSON or name no code', async (t) => {
  const { code, exchange } = await openPhones(t)
  equal((await exchange(`code=${await code()}`)).errcode, 47001)
  equal((await exchange('')).errcode, 44002)
  equal((await exchange({})).errcode, 40029)
  equal((await exchange({ code: { $ne: '' } })).errcode, 40029)
})

test('limits the calls of a minute when a rule asks for it, and leaves the code unused', async (t) => {
  const { wechat, code, exchange } = await openPhones(t)
  await wechat.rules({ phoneMinuteLimit: 0 })
  const kept = await code()
  equal((await exchange({ code: kept })).errcode, 45011)
  await wechat.rules({ phoneMinuteLimit: null })
  equal((await exchange({ code: kept })).errcode, 0)
})

test('gives the number that was shared, even when the user has another one by now', async (t) => {
  const { wechat, code, exchange } = await openPhones(t)
  const shared = await code()
  await wechat.control('POST', '/users', { id: 'u1', phone: null })
  const { phone_info } = await exchange({ code: shared })
  equal((phone_info as { purePhoneNumber: string }).purePhoneNumber, '13800000001')
})

test('asks for no session before it gives a code, and has none for a user without phone', async (t) => {
  const { wechat, app } = await openPhones(t)
  deepEqual(Object.keys(await wechat.control('POST', '/users/u2/phone', { appid: app.appid })), ['code'])
  const body = JSON.stringify({ appid: app.appid })
  equal((await fetch(`${wechat.url}/_sandbox/users/u3/phone`, { method: 'POST', body })).status, 400)
})

test('splits numbers from outside China', () => {
  const split = (phone: string) => Object.values(toPhoneNumber(phone))
  deepEqual(split('13800000001'), ['13800000001', '13800000001', '86'])
  deepEqual(split('+8613800000001'), ['13800000001', '13800000001', '86'])
  deepEqual(split('+852-51234567'), ['+85251234567', '51234567', '852'])
  deepEqual(split('+85251234567'), ['+85251234567', '51234567', '852'])
  deepEqual(split('+1 2025550123'), ['+12025550123', '2025550123', '1'])
  deepEqual(split('+447700900123'), ['+447700900123', '7700900123', '44'])
})
