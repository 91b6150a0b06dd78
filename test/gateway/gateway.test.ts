import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { testOnBoth } from '../support/database.ts'
import { makeCheck, makePush, textMessage, toXml } from '../support/push.ts'
import { openGateway } from './open-gateway.ts'

const samples = 'test/vectors/events'

test('answers the check of the URL with the text that WeChat sent, and nothing else', async (t) => {
  const { get, settings } = await openGateway(t)
  const echostr = '<script>alert(1)</script>4375120948345356249'
  const good = await get(makeCheck(settings, echostr))
  deepEqual([good.status, good.text], [200, echostr])
  match(good.headers.get('content-type') ?? '', /^text\/plain/)
  equal(good.headers.get('x-content-type-options'), 'nosniff')
  const path = makeCheck(settings, echostr)
  for (const bad of [
    path.replace('signature=', 'signature=0'),
    path.replace(/signature=\w+&/, ''),
    path.replace('nonce=n', 'nonce=m'),
    path.replace(/&echostr.*/, ''),
    makeCheck(settings, echostr, Date.now() - 301_000),
    makeCheck({ ...settings, token: '' }, echostr),
  ]) {
    const refused = await get(bad)
    deepEqual([refused.status, refused.text], [403, ''], bad)
  }
  equal((await get(`${path}&echostr=2`)).status, 400)
  equal((await get(path.replace(settings.appId, 'wx_nobody'))).status, 404)
})

testOnBoth(
  'takes a message in the mode of the app, stores it once and answers success',
  async (t, engine) => {
    const gateway = await openGateway(t, engine)
    for (const mode of ['plain', 'compatible', 'safe'] as const) {
      const settings = { ...gateway.settings, mode }
      await gateway.setUp(settings)
      const id = `98765432109876543${mode.length}`
      for (const message of [
        toXml(textMessage(id)),
        JSON.stringify(textMessage(id)).replace(`"${id}"`, id),
      ]) {
        const answer = await gateway.send(makePush(settings, message))
        deepEqual([answer.status, answer.text], [200, 'success'])
      }
    }
    const stored = await gateway.stored()
    deepEqual(
      stored.map(({ content }) => content.msgId),
      ['987654321098765435', '9876543210987654310', '987654321098765434'],
    )
    const [first] = stored
    deepEqual([first?.openId, first?.kind, first?.event], ['o_sender', 'text', null])
    deepEqual(first?.content, { accountId: 'gh_1', content: 'hello', msgId: '987654321098765435' })
  },
)

test('stores nothing of a push that is forged, stale, malformed or of another mode', async (t) => {
  const { settings, send, setUp, stored, hub, get } = await openGateway(t)
  const message = toXml(textMessage(1))
  const { path, body } = makePush(settings, message)
  const forgeries = [
    { path: path.replace(/msg_signature=\w+/, ''), body },
    { path: path.replace(/&nonce=\d+/, '&nonce=1'), body },
    { path: `/gateway/${settings.appId}`, body },
    { path, body: Buffer.from(message) },
    { path, body: Buffer.from(body.toString().replace('</Encrypt>', 'A</Encrypt>').replace(']]>A', 'A]]>')) },
    makePush({ ...settings, token: 'another1' }, message),
    makePush({ ...settings, aesKey: 'B'.repeat(43) }, message),
    makePush({ ...settings, mode: 'plain' }, message),
    makePush(settings, message, { at: Date.now() - 310_000 }),
    makePush(settings, message, { at: Date.now() + 310_000 }),
  ]
  for (const [at, forgery] of forgeries.entries()) {
    const { status, text } = await send(forgery)
    deepEqual([status, text], [403, ''], `forgery ${at}`)
  }
  equal((await send({ path: `${path}&nonce=2`, body })).status, 400)
  equal((await send({ path, body: Buffer.alloc(0) })).status, 400)
  equal((await send(makePush(settings, message.slice(0, -5)))).status, 400)
  equal((await send({ path, body: Buffer.alloc(65_537, 'a') })).status, 413)
  equal((await send({ path: path.replace(settings.appId, 'wx_nobody'), body })).status, 404)
  await setUp({ ...settings, mode: 'plain' })
  equal((await send({ path, body })).status, 403)
  await hub.apps.change(settings.appId, { gateway: null })
  equal((await send({ path, body })).status, 404)
  deepEqual(await stored(), [])
  const metrics = (await get('/metrics')).text
  match(metrics, /wehub_gateway_refusals_total\{code="forbidden"\} 11/)
})

test('reads the samples that others recorded, in XML and JSON', async (t) => {
  const { push, stored } = await openGateway(t, 'sqlite', 'plain')
  const names = readdirSync(samples)
    .filter((name) => !name.includes('Reply'))
    .sort()
  ok(names.length >= 6)
  for (const name of names) equal((await push(readFileSync(`${samples}/${name}`))).text, 'success', name)
  const found = (await stored()).map(({ event, kind, content }) => [event ?? kind, content])
  const menu = { accountId: 'toUser', eventKey: 'EVENTKEY' }
  const text = { accountId: 'toUser', content: 'this is a test', msgId: '1234567890123456' }
  deepEqual(found, [
    ['CLICK', menu],
    ['SCAN', { accountId: 'toUser', eventKey: 'SCENE_VALUE', ticket: 'TICKET' }],
    ['subscribe', { accountId: 'toUser' }],
    // The same message in JSON was stored before: as its MsgId says, this is a repeat.
    ['text', { BusinessId: 1, ...text }],
    ['unsubscribe', { accountId: 'toUser' }],
  ])
})

test('gives each kind its fields by our names, and leaves unknown ones as they are', async (t) => {
  const { push, stored } = await openGateway(t, 'sqlite', 'plain', { kind: 'mini_program' })
  const common = { ToUserName: 'gh_1', FromUserName: 'o_1', CreateTime: 1790000000 }
  const cases: [object, object][] = [
    [
      {
        MsgType: 'location',
        Location_X: '23.134521',
        Location_Y: '-113.35',
        Scale: '20',
        Label: '广州',
        MsgId: '1',
      },
      { latitude: 23.134521, longitude: -113.35, scale: 20, label: '广州', msgId: '1' },
    ],
    [
      { MsgType: 'image', PicUrl: 'u', MediaId: 'm', MsgId: 2 },
      { picUrl: 'u', mediaId: 'm', msgId: '2' },
    ],
    [
      { MsgType: 'hologram', Depth: 3, MsgId: '3' },
      { Depth: 3, msgId: '3' },
    ],
    [
      {
        MsgType: 'event',
        Event: 'subscribe_msg_popup_event',
        List: { TemplateId: 't', SubscribeStatusString: 'accept', PopupScene: 2 },
      },
      { list: [{ templateId: 't', status: 'accept', popupScene: '2' }] },
    ],
    [
      {
        MsgType: 'event',
        Event: 'wxa_media_check',
        appid: 'wx1',
        trace_id: 'x',
        version: 2,
        errcode: 0,
        result: { suggest: 'pass', label: 100 },
      },
      {
        checkedAppId: 'wx1',
        traceId: 'x',
        version: 2,
        errorCode: 0,
        result: { suggest: 'pass', label: 100 },
      },
    ],
    [{ MsgType: 'event', Event: 'debug_demo', debug_str: 'hello world' }, { debug_str: 'hello world' }],
    [
      {
        MsgType: 'event',
        Event: 'scancode_push',
        EventKey: 'k',
        ScanCodeInfo: { ScanType: 'qrcode', ScanResult: '1' },
      },
      { eventKey: 'k', scanCodeInfo: { scanType: 'qrcode', scanResult: '1' } },
    ],
  ]
  for (const [fields] of cases) equal((await push(JSON.stringify({ ...common, ...fields }))).text, 'success')
  deepEqual(
    (await stored()).map(({ content }) => content),
    cases.map(([, content]) => ({ accountId: 'gh_1', ...content })),
  )
  const wrapped =
    '<xml><ToUserName>gh_1</ToUserName><FromUserName>o_1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>' +
    '<Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent>\n<List><TemplateId><![CDATA[a]]></TemplateId></List>' +
    '<List><TemplateId>b</TemplateId></List></SubscribeMsgSentEvent></xml>'
  equal((await push(wrapped)).text, 'success')
  deepEqual((await stored()).at(-1)?.content.list, [{ templateId: 'a' }, { templateId: 'b' }])
})

test("tries the former key while WeChat changes over, and takes the sender's text as it is", async (t) => {
  const { settings, setUp, send, stored } = await openGateway(t)
  await setUp({ ...settings, aesKey: 'N'.repeat(43) })
  const content = ' <b>&amp; ]] > 你好\n😀 '
  const answer = await send(makePush(settings, toXml(textMessage('9', 'o_9', content))))
  equal(answer.text, 'success')
  deepEqual(
    (await stored()).map((message) => message.content.content),
    [content],
  )
})

test('knows the same event by its sender, second, name and key', async (t) => {
  const { push, stored, get } = await openGateway(t)
  const event = {
    ToUserName: 'gh_1',
    FromUserName: 'o_1',
    CreateTime: 1790000000,
    MsgType: 'event',
    Event: 'CLICK',
    EventKey: 'a',
  }
  const others = [{ EventKey: 'b' }, { CreateTime: 1790000001 }, { FromUserName: 'o_2' }, { Event: 'VIEW' }]
  for (const change of [{}, ...others, {}, ...others])
    equal((await push(toXml({ ...event, ...change }))).text, 'success')
  equal((await stored()).length, 5)
  match((await get('/metrics')).text, /wehub_gateway_messages_total\{outcome="duplicate"\} 5/)
})
