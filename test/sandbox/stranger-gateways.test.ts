import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import wechatServer from 'co-wechat'
import ServerRequest from 'node-easywechat/dist/Core/Http/ServerRequest.js'
import MiniApp from 'node-easywechat/dist/MiniApp/Application.js'
import { createCoWechatApi } from './create-co-wechat-api.ts'
import type { Received } from './open-gateway.ts'
import { connect, openGateway } from './open-gateway.ts'
import type { Json } from './open-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

/** A gateway that is a server of co-wechat, on the demo official account in the given mode. */
async function openCoWechat(t: TestContext, gatewayMode: string, handle: (message: Json) => unknown) {
  const wechat = await openSandbox(t)
  const app = await wechat.app('official_account')
  const { token, encodingAesKey } = app as unknown as { token: string; encodingAesKey: string }
  const server = wechatServer({ token, appid: app.appid, encodingAESKey: encodingAesKey })
  const middleware = server.middleware(async (message) => handle(message))
  const gateway = await openGateway(t, async ({ method, query, body }) => {
    const context = { method, query, request: { body }, status: 200, body: '' }
    await middleware(context)
    return { status: context.status, body: context.body }
  })
  await connect(wechat, { kind: 'official_account', url: gateway.url, gatewayMode })
  const push = (order: Json) => wechat.control('POST', '/users/u1/message', { appid: app.appid, ...order })
  return { wechat, app, push }
}

for (const mode of ['plain', 'compatible', 'safe']) {
  test(`is understood by a co-wechat server in ${mode} mode, and understands its replies`, async (t) => {
    const seen: Json[] = []
    const articles = [
      { title: 'Tea', description: 'Green', picUrl: 'http://a.example/1', url: 'http://a.example' },
    ]
    const { wechat, app, push } = await openCoWechat(t, mode, (message) => {
      seen.push(message)
      if (message.Event === 'subscribe') return articles
      return message.MsgType === 'text' ? `${message.Content}!` : ''
    })
    equal((await wechat.control('POST', `/apps/${app.appid}/check-gateway`)).ok, true)

    const text = await push({ type: 'text', content: '你好' })
    equal(text.ok, true, String(text.failure))
    equal(text.encrypted, mode !== 'plain')
    equal((text.reply as Json).Content, '你好!')
    equal(seen[0]?.MsgId, text.msgId)
    const subscribed = await push({ type: 'event', event: 'subscribe', eventKey: 'qrscene_1' })
    equal(subscribed.ok, true, String(subscribed.failure))
    equal((subscribed.reply as { ArticleCount: string }).ArticleCount, '1')
    const { ok: taken, reply } = await push({ type: 'event', event: 'scancode_push' })
    deepEqual([taken, reply], [true, null])
    deepEqual(seen[2]?.ScanCodeInfo, { ScanType: 'qrcode', ScanResult: 'https://shop.example/item/1' })
  })
}

test('brings every kind of message and event to a co-wechat server', async (t) => {
  const seen: Json[] = []
  const { push } = await openCoWechat(t, 'safe', (message) => {
    seen.push(message)
    return ''
  })
  const types = 'text image voice video shortvideo location link'.split(' ')
  const events =
    'subscribe SCAN LOCATION CLICK VIEW view_miniprogram scancode_waitmsg TEMPLATESENDJOBFINISH unsubscribe'.split(
      ' ',
    )
  for (const type of types) equal((await push({ type })).ok, true, type)
  for (const event of events) equal((await push({ type: 'event', event })).ok, true, event)
  const fields = { Brand: '新', Items: [{ Id: 1 }, { Id: 2 }] }
  equal((await push({ type: 'event', event: 'card_pass_check', fields })).ok, true)
  equal((await push({ type: 'event', event: 'subscribe_msg_popup_event' })).ok, true)
  deepEqual(seen.map(({ MsgType, Event }) => Event ?? MsgType).slice(0, 16), [...types, ...events])
  deepEqual(seen[16]?.Items, [{ Id: '1' }, { Id: '2' }])
  match(JSON.stringify(seen[17]), /"SubscribeMsgPopupEvent":\{"List":\{.*"SubscribeStatusString":"accept"/)
})

test('has its forgeries refused by a co-wechat server', async (t) => {
  const { push } = await openCoWechat(t, 'safe', () => '')
  equal((await push({ type: 'text', tamper: 'signature' })).status, 401)
  equal((await push({ type: 'text', tamper: 'encrypt' })).status, 401)
})

test('is understood by a node-easywechat server, and understands its encrypted replies', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const { token, encodingAesKey } = app as unknown as { token: string; encodingAesKey: string }
  const mini = new MiniApp({ app_id: app.appid, secret: app.secret, token, aes_key: encodingAesKey })
  const seen: unknown[] = []
  const gateway = await openGateway(t, async ({ method, query, body }: Received) => {
    const request = new ServerRequest(method, `/?${new URLSearchParams(query)}`, {}, body)
    mini.setRequest(request)
    const server = mini.getServer()
    if (seen.length === 0) {
      server.addMessageListener('text', async (message: Json) => {
        seen.push(message.MsgId)
        return `${message.Content}!`
      })
    }
    const response = await server.serve()
    return { status: response.getStatusCode(), body: String(response.getBody()) }
  })
  const changes = { gatewayMode: 'safe', gatewayFormat: 'xml' }
  await connect(wechat, { kind: 'mini_program', url: gateway.url, ...changes })
  equal((await wechat.control('POST', `/apps/${app.appid}/check-gateway`)).ok, true)
  const order = { appid: app.appid, type: 'text', content: '你好' }
  const sent = await wechat.control('POST', '/users/u1/message', order)
  equal(sent.ok, true, String(sent.failure))
  equal(sent.encrypted, true)
  equal((sent.reply as Json).Content, '你好!')
  deepEqual(seen.map(String), [sent.msgId])
})

test('serves co-wechat-api users, customer messages, templates and subscriptions', async (t) => {
  const wechat = await openSandbox(t)
  const account = await wechat.app('official_account')
  const api = createCoWechatApi(wechat, account)
  const openid = await wechat.openidOf(account)
  const order = { appid: account.appid, type: 'event', event: 'subscribe' }
  await wechat.control('POST', '/users/u1/message', order)
  equal((await api.getUser(openid)).subscribe, 1)
  equal((await api.batchGetUsers([openid])).user_info_list.length, 1)
  equal((await api.sendText(openid, 'hi')).errcode, 0)
  ok((await api.sendTemplate(openid, 'T1', '', '#fff', { first: { value: 'Paid' } })).msgid > 0)

  const mini = await wechat.app('mini_program')
  const miniApi = createCoWechatApi(wechat, mini)
  const agreed = { appid: mini.appid, templateId: 'T2' }
  await wechat.control('POST', '/users/u1/subscriptions', agreed)
  const send = async () =>
    miniApi.sendSubscribeMessage(await wechat.openidOf(mini), 'T2', 'index?foo=bar', {
      date3: { value: '2020年1月1日' },
    })
  equal((await send()).errcode, 0)
  const refused = await send().then(String, (error: Error & { code: number }) => error)
  match(String(refused), /43101|user refuse to accept the msg/)
})
