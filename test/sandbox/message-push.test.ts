import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { decryptMessage, encryptMessage } from '../../sandbox/pushes/message-cipher.ts'
import { sign } from '../../sandbox/pushes/sign.ts'
import { startSandbox } from '../../sandbox/start-sandbox.ts'
import type { Received } from './open-gateway.ts'
import { connect, openGateway } from './open-gateway.ts'
import { openSandbox } from './open-sandbox.ts'

const cdata = (xml: string, name: string) =>
  new RegExp(`<${name}><!\\[CDATA\\[([\\s\\S]*?)\\]\\]></${name}>`).exec(xml)?.[1] ?? ''

test('pushes plain JSON to a mini program, with a MsgId that no double can hold', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t)
  const { appid, token } = await connect(wechat, { kind: 'mini_program', url: gateway.url })
  const sent = await wechat.control('POST', '/users/u1/message', { appid, type: 'text', content: '你好' })
  equal(sent.status, 200)
  equal(sent.body, 'success')
  equal(sent.ok, true)
  const { query, body, contentType } = gateway.received[0] as Received
  deepEqual(Object.keys(query).sort(), ['nonce', 'signature', 'timestamp'])
  equal(query.signature, sign(token, String(query.timestamp), String(query.nonce)))
  equal(contentType, 'application/json')
  ok(Number(sent.msgId) > Number.MAX_SAFE_INTEGER)
  ok(body.includes(`"MsgId":${sent.msgId}}`), body)
  const { Content, FromUserName, ToUserName, MsgType } = JSON.parse(body)
  deepEqual([Content, MsgType], ['你好', 'text'])
  match(FromUserName, /^o[\w-]{27}$/)
  match(ToUserName, /^gh_[0-9a-f]{12}$/)
})

test('pushes encrypted XML to an official account in safe mode', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t)
  const app = await connect(wechat, { kind: 'official_account', url: `${gateway.url}?app=1` })
  const content = 'a ]]> b & <c>'
  const order = { appid: app.appid, type: 'text', content, msgId: '9223372036854775807' }
  await wechat.control('POST', '/users/u1/message', order)
  const { query, body } = gateway.received[0] as Received
  equal(query.app, '1')
  equal(query.encrypt_type, 'aes')
  const encrypted = cdata(body, 'Encrypt')
  equal(query.msg_signature, sign(app.token, String(query.timestamp), String(query.nonce), encrypted))
  equal(body.includes('FromUserName'), false)
  const opened = decryptMessage(encrypted, app.encodingAesKey)
  equal(opened?.appid, app.appid)
  match(opened?.message ?? '', /<Content><!\[CDATA\[a \]\]\]\]><!\[CDATA\[> b & <c>\]\]><\/Content>/)
  match(opened?.message ?? '', /<MsgId>9223372036854775807<\/MsgId><\/xml>$/)
  equal(cdata(opened?.message ?? '', 'FromUserName'), query.openid)
})

test('sends both forms in compatible mode', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t)
  const app = await connect(wechat, { kind: 'mini_program', url: gateway.url, gatewayMode: 'compatible' })
  await wechat.control('POST', '/users/u1/message', { appid: app.appid, type: 'image' })
  const { Encrypt, ...visible } = JSON.parse(String(gateway.received[0]?.body))
  equal(visible.MsgType, 'image')
  const opened = decryptMessage(Encrypt, app.encodingAesKey)
  deepEqual(JSON.parse(opened?.message ?? ''), visible)
})

test('pushes XML to a mini program that chose it', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t)
  const { appid } = await connect(wechat, { kind: 'mini_program', url: gateway.url, gatewayFormat: 'xml' })
  await wechat.control('POST', '/users/u1/message', { appid, type: 'text' })
  match(String(gateway.received[0]?.body), /^<xml><ToUserName><!\[CDATA\[gh_/)
})

test('tries three times, with the same MsgId and a new signature, until an answer is good', async (t) => {
  const wechat = await openSandbox(t)
  const answers = [{ status: 500 }, 'no answer of this kind', 'success']
  const gateway = await openGateway(t, () => answers[gateway.received.length - 1] ?? '')
  const { appid } = await connect(wechat, { kind: 'mini_program', url: gateway.url })
  const sent = await wechat.control('POST', '/users/u1/message', { appid, type: 'text' })
  equal(sent.ok, true)
  const attempts = sent.attempts as { failure: string | null }[]
  match(attempts.map(({ failure }) => failure).join(), /^a status other than 200,bad answer: .*,$/)
  equal(new Set(gateway.received.map(({ body }) => body)).size, 1)
  equal(new Set(gateway.received.map(({ query }) => query.nonce)).size, 3)
})

test('gives up after three cut, slow or endless answers', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.rules({ pushTimeoutMs: 150 })
  const answers = [{ drop: true as const }, { afterMs: 60_000 }, 'x'.repeat(65 * 1024)]
  const gateway = await openGateway(t, () => answers[(gateway.received.length - 1) % 3] ?? '')
  const { appid } = await connect(wechat, { kind: 'mini_program', url: gateway.url })
  const sent = await wechat.control('POST', '/users/u1/message', { appid, type: 'text' })
  equal(sent.ok, false)
  equal(sent.status, null)
  const attempts = sent.attempts as { failure: string | null }[]
  const failures = attempts.map(({ failure }) => failure)
  deepEqual(failures, ['no connection: ECONNRESET', 'timeout', 'an answer of more than 64 KiB'])
})

test('leaves a server alone for a minute that failed again and again', async (t) => {
  const wechat = await openSandbox(t)
  let status = 500
  const gateway = await openGateway(t, () => ({ status }))
  const { appid } = await connect(wechat, { kind: 'mini_program', url: gateway.url })
  const send = () => wechat.control('POST', '/users/u1/message', { appid, type: 'text' })
  for (let push = 0; push < 3; push += 1) equal((await send()).status, 500)
  equal((await send()).failure, 'MarkFail')
  equal(gateway.received.length, 9)
  status = 200
  await wechat.advance(60_000)
  equal((await send()).ok, true)
  equal(gateway.received.length, 10)
})

test('brings a message as often as asked, at once', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t)
  const { appid } = await connect(wechat, { kind: 'mini_program', url: gateway.url })
  const sent = await wechat.control('POST', '/users/u1/message', { appid, type: 'text', times: 3 })
  equal((sent.pushes as unknown[]).length, 3)
  equal(gateway.received.length, 3)
  equal(new Set(gateway.received.map(({ body }) => body)).size, 1)
})

test('forges a push on demand, which comes once', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t, () => ({ status: 403 }))
  const app = await connect(wechat, { kind: 'official_account', url: gateway.url })
  for (const tamper of ['signature', 'encrypt', 'appid', 'stale']) {
    await wechat.control('POST', '/users/u1/message', { appid: app.appid, type: 'text', tamper })
  }
  equal(gateway.received.length, 4)
  const [signature, encrypt, appid, stale] = gateway.received.map(({ query, body }) => {
    const encrypted = cdata(body, 'Encrypt')
    const right = sign(app.token, String(query.timestamp), String(query.nonce), encrypted)
    const ageMs = Date.now() - Number(query.timestamp) * 1000
    const opened = decryptMessage(encrypted, app.encodingAesKey)
    return { signed: query.msg_signature === right, old: ageMs > 300_000, appid: opened?.appid }
  })
  deepEqual(signature, { signed: false, old: false, appid: app.appid })
  equal(encrypt?.signed, false)
  equal(appid?.signed, true)
  notEqual(appid?.appid, app.appid)
  deepEqual(stale, { signed: true, old: true, appid: app.appid })
})

const passive = (push: { from: string; to: string }, content = 'hi') =>
  `<xml><ToUserName>${push.from}</ToUserName><FromUserName><![CDATA[${push.to}]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content></xml>`

const parties = (xml: string) => ({ from: cdata(xml, 'FromUserName'), to: cdata(xml, 'ToUserName') })

function wrap(message: string, app: { appid: string; token: string; encodingAesKey: string }): string {
  const random16 = Buffer.from('0123456789abcdef')
  const encrypted = encryptMessage({ appid: app.appid, message, random16 }, app.encodingAesKey)
  const signature = sign(app.token, '7', 'n', encrypted)
  return `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature>${signature}</MsgSignature><TimeStamp>7</TimeStamp><Nonce>n</Nonce></xml>`
}

test('reads passive replies, and says what is wrong with one', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.rules({ pushAttempts: 1, pushFailureLimit: null })
  let answer: (body: string) => string = () => ''
  const gateway = await openGateway(t, ({ body }) => answer(body))
  const app = await connect(wechat, { kind: 'official_account', url: gateway.url })
  const { appid } = app
  const send = (mode: string) => wechat.control('POST', '/users/u1/message', { appid, type: 'text', mode })
  const opened = (body: string) => decryptMessage(cdata(body, 'Encrypt'), app.encodingAesKey)?.message ?? ''

  answer = (body) => passive(parties(body))
  equal(((await send('plain')).reply as { Content: string }).Content, 'hi')
  equal((await send('compatible')).ok, true)
  answer = (body) => wrap(passive(parties(body)), app)
  match(String((await send('plain')).failure), /encrypted in plain mode/)
  equal((await send('compatible')).encrypted, true)

  answer = (body) => wrap(passive(parties(opened(body)), '你好'), app)
  const { ok: taken, reply, encrypted } = await send('safe')
  deepEqual([taken, encrypted, (reply as { Content: string }).Content], [true, true, '你好'])
  const refusals: [(body: string) => string, RegExp][] = [
    [(body) => passive(parties(opened(body))), /must be encrypted/],
    [(body) => wrap(passive(parties(opened(body))), { ...app, token: 'another' }), /MsgSignature/],
    [(body) => wrap(passive(parties(opened(body))), { ...app, appid: 'wx0' }), /another appid/],
    [(body) => wrap(passive(parties(opened(body)), ''), app), /Content is missing/],
    [() => wrap(passive({ from: 'x', to: 'y' }), app), /ToUserName/],
    [() => wrap('nonsense', app), /neither XML nor JSON/],
    [() => 'Success', /^bad answer/],
    [() => '<!DOCTYPE xml><xml></xml>', /^bad answer/],
    [() => `${'<a>'.repeat(1000)}`, /^bad answer/],
    [() => `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`, /^bad answer/],
  ]
  for (const [given, failure] of refusals) {
    answer = given
    match(String((await send('safe')).failure), failure)
  }
})

test('reads the encrypted JSON reply of a mini program', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.rules({ pushAttempts: 1 })
  let answer = ''
  const gateway = await openGateway(t, () => answer)
  const app = await connect(wechat, { kind: 'mini_program', url: gateway.url, gatewayMode: 'safe' })
  const random16 = Buffer.from('0123456789abcdef')
  const message = '{"demo_resp":"good luck"}'
  const Encrypt = encryptMessage({ appid: app.appid, message, random16 }, app.encodingAesKey)
  const MsgSignature = sign(app.token, '1713424427', '415670741', Encrypt)
  const send = () => wechat.control('POST', '/users/u1/message', { appid: app.appid, type: 'text' })
  answer = JSON.stringify({ Encrypt, MsgSignature, TimeStamp: 1713424427, Nonce: '415670741' })
  deepEqual((await send()).reply, { demo_resp: 'good luck' })
  answer = JSON.stringify({ Encrypt, MsgSignature, TimeStamp: '1713424427', Nonce: '415670741' })
  match(String((await send()).failure), /TimeStamp must be a number/)
})

test('checks a URL by a signed GET, as WeChat does when it is set', async (t) => {
  const wechat = await openSandbox(t)
  let spoil = ''
  const gateway = await openGateway(t, ({ query }) => `${query.echostr}${spoil}`)
  const { appid, token } = await connect(wechat, { kind: 'official_account', url: gateway.url })
  equal(gateway.received.length, 0)
  const check = await wechat.control('POST', `/apps/${appid}/check-gateway`)
  const { query, method } = gateway.received[0] as Received
  equal(method, 'GET')
  equal(query.signature, sign(token, String(query.timestamp), String(query.nonce)))
  deepEqual(check, { status: 200, body: query.echostr, ok: true, failure: null })
  spoil = '\n'
  equal((await wechat.control('POST', `/apps/${appid}/check-gateway`)).ok, false)
})

test('refuses a URL that fails the check, if the check was asked for', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t, ({ query }) => (query.app === 'right' ? String(query.echostr) : 'no'))
  const { appid } = await wechat.app('official_account')
  const change = (gatewayUrl: string) =>
    fetch(`${wechat.url}/_sandbox/apps`, {
      method: 'POST',
      body: JSON.stringify({ appid, gatewayUrl, checkGateway: true }),
    })
  const storedUrl = async () => ((await wechat.app('official_account')) as { gatewayUrl?: string }).gatewayUrl
  equal((await change(gateway.url)).status, 400)
  equal(await storedUrl(), undefined)
  equal((await change(`${gateway.url}?app=right`)).status, 200)
  equal(await storedUrl(), `${gateway.url}?app=right`)
})

test('adds, replaces and takes away fields of a message', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t)
  const { appid } = await connect(wechat, { kind: 'mini_program', url: gateway.url })
  const fields = { Content: null, MsgId: 7, Extra: { a: [1, 'x', true] } }
  await wechat.control('POST', '/users/u1/message', { appid, type: 'text', createTime: 5, fields })
  const { CreateTime, MsgId, Extra, ...others } = JSON.parse(String(gateway.received[0]?.body))
  deepEqual([CreateTime, MsgId, Extra], [5, 7, { a: [1, 'x', true] }])
  deepEqual(Object.keys(others), ['ToUserName', 'FromUserName', 'MsgType'])
})

test('probes the server of a mini program as cloud hosting does', async (t) => {
  const wechat = await openSandbox(t)
  const gateway = await openGateway(t)
  const app = await connect(wechat, { kind: 'mini_program', url: gateway.url, gatewayMode: 'safe' })
  await wechat.control('POST', '/users/u1/message', { appid: app.appid, type: 'CheckContainerPath' })
  equal(gateway.received[0]?.body, '{"action":"CheckContainerPath"}')
})

test('ends pushes under way when it is stopped', async (t) => {
  const sandbox = await startSandbox({ port: 0 })
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const gateway = await openGateway(t, () => {
    resolve()
    return { afterMs: 60_000 }
  })
  const post = (path: string, body: object) =>
    fetch(`${sandbox.url}/_sandbox${path}`, { method: 'POST', body: JSON.stringify(body) })
  const appid = 'wx3f0a7c51e8d2b964'
  await post('/apps', { appid, gatewayUrl: gateway.url })
  const pushing = post('/users/u1/message', { appid, type: 'text' }).catch(() => 'cut')
  await arrived
  await sandbox.close()
  equal(await pushing, 'cut')
  equal(gateway.received.length, 1)
})
