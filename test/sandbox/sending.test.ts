import { deepEqual, equal, match } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import type { Json } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

/** An app of the kind with a token, and u1 as it knows that user. */
async function openApp(t: TestContext, kind: string) {
  const wechat = await openSandbox(t)
  await wechat.rules({ tokenLifetimeMs: 10 * 86_400_000 })
  const app = await wechat.app(kind)
  const { access_token } = await wechat.token(app)
  const openid = await wechat.openidOf(app)
  const call = (path: string, body: Json) => wechat.post(`${path}?access_token=${access_token}`, body)
  const event = (name: string, more: Json = {}) =>
    wechat.control('POST', '/users/u1/message', { appid: app.appid, type: 'event', event: name, ...more })
  const text = () => wechat.control('POST', '/users/u1/message', { appid: app.appid, type: 'text' })
  const info = () => wechat.get('/cgi-bin/user/info', { access_token: String(access_token), openid })
  return { wechat, app, openid, call, event, text, info, access_token: String(access_token) }
}

const custom = '/cgi-bin/message/custom/send'
const template = '/cgi-bin/message/template/send'
const subscribe = '/cgi-bin/message/subscribe/send'

test('knows who follows an official account, and no names', async (t) => {
  const { wechat, openid, event, info, access_token } = await openApp(t, 'official_account')
  deepEqual(await info(), { subscribe: 0, openid })
  await event('subscribe', { eventKey: 'qrscene_42' })
  const { subscribe_time, unionid, ...follower } = await info()
  deepEqual(follower, {
    subscribe: 1,
    openid,
    language: 'zh_CN',
    remark: '',
    groupid: 0,
    tagid_list: [],
    subscribe_scene: 'ADD_SCENE_QR_CODE',
    qr_scene: 42,
    qr_scene_str: '',
  })
  match(String(unionid), /^o/)
  equal(Math.abs(Number(subscribe_time) - Date.now() / 1000) < 10, true)
  await event('unsubscribe')
  equal((await info()).subscribe, 0)
  const of = (query: Record<string, string>) => wechat.get('/cgi-bin/user/info', { access_token, ...query })
  equal((await of({})).errcode, 41009)
  equal((await of({ openid: 'oMadeUp' })).errcode, 40003)
})

test('lists at most a hundred users at once', async (t) => {
  const { call, openid, event } = await openApp(t, 'official_account')
  await event('subscribe')
  const path = '/cgi-bin/user/info/batchget'
  const list = (length: number) => ({ user_list: Array.from({ length }, () => ({ openid, lang: 'en' })) })
  const { user_info_list } = await call(path, list(100))
  deepEqual(
    (user_info_list as Json[]).map(({ subscribe }) => subscribe),
    Array.from({ length: 100 }, () => 1),
  )
  equal((await call(path, list(101))).errcode, 40032)
  equal((await call(path, { user_list: 'o' })).errcode, 40031)
  equal((await call(path, { user_list: [{ openid: 'oMadeUp' }] })).errcode, 40003)
})

test('lets an account answer for 48 hours, five times after each thing that the user did', async (t) => {
  const { wechat, call, text, openid, event } = await openApp(t, 'official_account')
  const message = { touser: openid, msgtype: 'text', text: { content: 'hi' } }
  equal((await call(custom, message)).errcode, 45015)
  await text()
  for (let time = 0; time < 5; time += 1) deepEqual(await call(custom, message), { errcode: 0, errmsg: 'ok' })
  equal((await call(custom, message)).errcode, 45047)
  await event('CLICK')
  equal((await call(custom, message)).errcode, 0)
  await wechat.advance(48 * 3_600_000)
  const late = await call(custom, message)
  equal(late.errcode, 45015)
  match(String(late.errmsg), /^response out of time limit or subscription is canceled rid: /)
  await text()
  await event('unsubscribe')
  equal((await call(custom, message)).errcode, 45015)
})

test('checks the content of customer messages', async (t) => {
  const { call, text, openid } = await openApp(t, 'official_account')
  await text()
  const send = async (message: Json) => (await call(custom, { touser: openid, ...message })).errcode
  equal(await send({ touser: 'oMadeUp', msgtype: 'text', text: { content: 'hi' } }), 40003)
  equal(await send({ msgtype: 'telegram' }), 40008)
  equal(await send({ msgtype: 'constructor' }), 40008)
  equal(await send({ msgtype: 'text', text: { content: '' } }), 44004)
  equal(await send({ msgtype: 'text', text: { content: '中'.repeat(683) } }), 45002)
  equal(await send({ msgtype: 'image', image: {} }), 40007)
  equal(await send({ msgtype: 'news', news: { articles: [] } }), 44003)
  equal(await send({ msgtype: 'link', link: { url: 'https://shop.example' } }), 40008)
  equal(await send({ msgtype: 'miniprogrampage', miniprogrampage: { pagepath: 'pages/a' } }), 0)
})

test('sends templates to followers, and shows what was sent', async (t) => {
  const { wechat, app, call, openid, event } = await openApp(t, 'official_account')
  const message = { touser: openid, template_id: 'T1', data: { first: { value: 'Paid' } } }
  equal((await call(template, message)).errcode, 43004)
  await event('subscribe')
  const { msgid, ...sent } = await call(template, message)
  deepEqual(sent, { errcode: 0, errmsg: 'ok' })
  equal(Number.isSafeInteger(msgid), true)
  equal((await call(template, { ...message, template_id: '' })).errcode, 40037)
  equal((await call(template, { ...message, data: 'Paid' })).errcode, 47001)
  equal((await call(subscribe, message)).errcode, 48001)
  await wechat.control('POST', '/apps', { appid: app.appid, templates: ['T2'] })
  equal((await call(template, message)).errcode, 40037)
  const seen = (await wechat.control('GET', `/messages?openid=${openid}`)) as unknown as Json[]
  const [first] = seen
  deepEqual([seen.length, first?.kind, first?.message], [1, 'template', message])
  deepEqual(await wechat.control('GET', '/messages?openid=oMadeUp'), [])
  await wechat.control('DELETE', '/messages')
  deepEqual(await wechat.control('GET', '/messages'), [])
})

test('sends a mini program one message for each time that the user agreed', async (t) => {
  const { wechat, app, call, openid } = await openApp(t, 'mini_program')
  const message = {
    touser: openid,
    template_id: 'T1',
    page: 'pages/order?id=1',
    miniprogram_state: 'formal',
    data: { thing1: { value: '一杯咖啡' } },
  }
  const allow = (more: Json) =>
    wechat.control('POST', '/users/u1/subscriptions', { appid: app.appid, templateId: 'T1', ...more })
  equal((await call(subscribe, message)).errcode, 43101)
  equal((await allow({ times: 2 })).left, 2)
  deepEqual(await call(subscribe, message), { errcode: 0, errmsg: 'ok' })
  equal((await call(subscribe, { ...message, page: '/pages/order' })).errcode, 41030)
  equal((await call(subscribe, { ...message, template_id: '没有' })).errcode, 40037)
  equal((await call(subscribe, { ...message, touser: '' })).errcode, 40003)
  equal((await call(subscribe, { ...message, miniprogram_state: 'beta' })).errcode, 40097)
  equal((await call(subscribe, { ...message, data: {} })).errcode, 47003)
  equal((await call(subscribe, message)).errcode, 0)
  equal((await call(subscribe, message)).errcode, 43101)
  await allow({})
  equal((await allow({ deny: true })).left, 0)
  equal((await call(subscribe, message)).errcode, 43101)
})

test('holds the values of a template to their limits', async (t) => {
  const { wechat, app, call, openid } = await openApp(t, 'mini_program')
  const times = 100
  await wechat.control('POST', '/users/u1/subscriptions', { appid: app.appid, templateId: 'T1', times })
  const send = (name: string, value: unknown) =>
    call(subscribe, { touser: openid, template_id: 'T1', data: { [name]: { value } } })
  const good: Json = {
    thing1: '二'.repeat(20),
    number2: 2342375986,
    letter3: 'Abc',
    symbol4: '+-*/#',
    character_string5: 'sf-686539',
    time6: '2019年10月1日 15:01~16:00',
    date7: '2020年1月1日',
    amount8: '¥100.50元',
    phone_number9: '+86-0766-66888866',
    car_number10: '粤A8Z888挂',
    name11: '欧阳小满',
    phrase12: '已发货',
    site01: 'TIT创意园',
  }
  for (const [name, value] of Object.entries(good)) equal((await send(name, value)).errcode, 0, name)
  const bad: Json = {
    thing1: '二'.repeat(21),
    number2: '12a',
    letter3: 'a1',
    symbol4: '------',
    character_string5: '中文',
    time6: 'noon',
    date7: '2020',
    amount8: '12345678901',
    phone_number9: '1'.repeat(18),
    car_number10: '粤A8Z888挂车',
    name11: '十一个字的名字太长太长了',
    phrase12: '六个汉字太长',
  }
  for (const [name, value] of Object.entries(bad)) {
    const { errmsg } = await send(name, value)
    match(String(errmsg), new RegExp(`^argument invalid! data\\.${name}\\.value invalid rid: `))
  }
  match(String((await send('thing3', '')).errmsg), /^argument invalid! data\.thing3\.value is emtpy rid: /)
})

test('lets a mini program answer its user, and no other kind of call', async (t) => {
  const { call, text, openid, event, info } = await openApp(t, 'mini_program')
  const message = { touser: openid, msgtype: 'text', text: { content: 'hi' } }
  await event('user_enter_tempsession')
  equal((await call(custom, message)).errcode, 0)
  await text()
  equal((await call(custom, { ...message, msgtype: 'voice', voice: { media_id: 'm' } })).errcode, 40008)
  equal((await call(template, message)).errcode, 48001)
  equal((await info()).errcode, 48001)
})

test('tells how the server looks from outside, and its own addresses', async (t) => {
  const { wechat, app, call, access_token } = await openApp(t, 'official_account')
  const path = '/cgi-bin/callback/check'
  const order = { action: 'all', check_operator: 'DEFAULT' }
  equal((await call(path, order)).errcode, 40201)
  await wechat.control('POST', '/apps', { appid: app.appid, gatewayUrl: 'https://hub.example/gateway' })
  deepEqual(Object.keys(await call(path, order)), ['dns', 'ping'])
  deepEqual(Object.keys(await call(path, { ...order, action: 'dns' })), ['dns'])
  equal((await call(path, { ...order, action: 'trace' })).errcode, 40202)
  equal((await call(path, { ...order, check_operator: 'X' })).errcode, 40203)
  const { ip_list } = await wechat.get('/cgi-bin/getcallbackip', { access_token })
  equal((ip_list as string[]).length, 2)
})
