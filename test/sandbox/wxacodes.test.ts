import { deepEqual, equal, match } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { createQrCode } from '../../sandbox/images/qr-code.ts'
import { openSandbox } from './open-sandbox.ts'
import { readJpeg, readPng } from './read-images.ts'
import { readQrCode } from './read-qr-code.ts'

type Fields = Record<string, unknown>
type Call = keyof typeof paths

const paths = {
  unlimited: '/wxa/getwxacodeunlimit',
  limited: '/wxa/getwxacode',
  square: '/cgi-bin/wxaapp/createwxaqrcode',
}

async function openCodes(t: TestContext) {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')

  async function ask(call: Call, body: Fields | string, by = app): Promise<Response> {
    const { access_token } = await wechat.stableToken(by)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return fetch(`${wechat.url}${paths[call]}?access_token=${access_token}`, { method: 'POST', body: text })
  }

  async function draw(call: Call, body: Fields, type = 'image/jpeg') {
    const response = await ask(call, body)
    deepEqual([response.status, response.headers.get('content-type')], [200, type])
    const image = Buffer.from(await response.arrayBuffer())
    return { image, used: response.headers.get('num-used') }
  }

  async function refuse(call: Call, body: Fields | string): Promise<unknown> {
    const response = await ask(call, body)
    deepEqual(
      [response.status, response.headers.get('content-type')],
      [200, 'application/json; encoding=utf-8'],
    )
    return ((await response.json()) as { errcode: number }).errcode
  }

  return { wechat, app, ask, draw, refuse }
}

test('draws a code that holds app, page and scene, black on nothing', async (t) => {
  const { app, draw } = await openCodes(t)
  const body = { scene: 'a=1&b=!~', page: 'pages/shop/item', is_hyaline: true }
  const { image, used } = await draw('unlimited', body, 'image/png')
  const pixels = readPng(image)
  deepEqual([pixels.width, used], [430, null])
  const content = { appid: app.appid, page: body.page, scene: body.scene, env_version: 'release' }
  deepEqual(JSON.parse(readQrCode(pixels)), content)
})

test('draws a JPEG on white as wide as asked', async (t) => {
  const { app, draw } = await openCodes(t)
  for (const width of [280, 433, 1280]) {
    equal(readJpeg((await draw('unlimited', { scene: '1', width })).image).pixelWidth, width)
  }
  // In this width a module is three blocks of eight pixels wide, and the margin a multiple of eight.
  const { image } = await draw('unlimited', { scene: '7', width: '1080', env_version: 'trial' })
  const content = { appid: app.appid, page: '', scene: '7', env_version: 'trial' }
  deepEqual(JSON.parse(readQrCode(readJpeg(image))), content)
})

test('draws codes of a path, counts them together, and draws no more than are allowed', async (t) => {
  const { wechat, app, draw, refuse } = await openCodes(t)
  const path = 'pages/shop/item?id=1'
  const { image, used } = await draw('limited', { path, is_hyaline: true }, 'image/png')
  deepEqual(JSON.parse(readQrCode(readPng(image))), { appid: app.appid, path, env_version: 'release' })
  equal(used, '1')
  equal((await draw('square', { path })).used, '2')
  await wechat.rules({ wxacodeLimit: 2 })
  equal(await refuse('square', { path }), 45029)
  equal(await refuse('limited', { path }), 45029)
  await wechat.post('/cgi-bin/clear_quota/v2', { appid: app.appid, appsecret: app.secret })
  equal(await refuse('limited', { path }), 45029)
  await draw('unlimited', { scene: '1' })
})

test('draws the longest paths', async (t) => {
  const { draw, refuse } = await openCodes(t)
  await draw('limited', { path: '"'.repeat(1024) })
  await draw('limited', { path: '\ud800'.repeat(341) })
  equal(await refuse('limited', { path: 'x'.repeat(1025) }), 40159)
  await draw('square', { path: 'x'.repeat(128) })
  equal(await refuse('square', { path: 'x'.repeat(129) }), 40159)
  equal(await refuse('square', { path: '页'.repeat(43) }), 40159)
})

test('refuses scenes that are missing, too long, or hold a character that is not allowed', async (t) => {
  const { draw, refuse } = await openCodes(t)
  for (const scene of [undefined, '', 7, null, 'x'.repeat(33)])
    equal(await refuse('unlimited', { scene }), 40169)
  for (const scene of ['a b', '100%', '中', 'a"', 'a\n']) equal(await refuse('unlimited', { scene }), 40129)
  for (const body of ['scene=1', '', '[]']) equal(await refuse('unlimited', body), 40169)
  await draw('unlimited', { scene: "09AZaz!#$&'()*+,/:;=?@-._~" })
})

test('refuses pages with a slash in front, a query, or a reserved word', async (t) => {
  const { refuse } = await openCodes(t)
  for (const page of ['/pages/index', 'pages/index?a=1', 'pages index'])
    equal(await refuse('unlimited', { scene: '1', page }), 41030)
  equal(await refuse('unlimited', { scene: '1', page: 'scancode_time' }), 85096)
  for (const call of ['limited', 'square'] as const) {
    equal(await refuse(call, { path: 'pages/index?scancode_time=1' }), 85096)
    for (const body of [{}, { path: '' }, { path: 1 }, 'path=a', '']) equal(await refuse(call, body), 40159)
  }
})

test('knows the published pages of an app that names them, unless the page goes unchecked', async (t) => {
  const { wechat, app, draw, refuse } = await openCodes(t)
  await wechat.control('POST', '/apps', { appid: app.appid, pages: ['pages/index'] })
  await draw('unlimited', { scene: '1', page: 'pages/index' })
  await draw('unlimited', { scene: '1' })
  const page = 'pages/new'
  equal(await refuse('unlimited', { scene: '1', page }), 41030)
  await draw('unlimited', { scene: '1', page, check_path: false })
  await wechat.rules({ unpublishedPageLimit: 1 })
  await draw('unlimited', { scene: '2', page, check_path: false })
  await draw('unlimited', { scene: '2', page: 'pages/index', check_path: false })
  equal(await refuse('unlimited', { scene: '1', page: 'pages/newer', check_path: false }), 45029)
})

test('refuses options that make no sense', async (t) => {
  const { wechat, draw, refuse } = await openCodes(t)
  const wrong = [
    { env_version: 'beta' },
    { check_path: 'no' },
    { is_hyaline: 1 },
    { auto_color: 'true' },
    { line_color: [] },
    { line_color: { r: 256, g: 0, b: 0 } },
    { width: 279 },
    { width: 1281 },
    { width: 430.5 },
    { width: -430 },
  ]
  for (const each of wrong) equal(await refuse('unlimited', { scene: '1', ...each }), 40097)
  await draw('unlimited', { scene: '1', line_color: { r: '0', g: 0, b: 255 }, page: null })
  await wechat.rules({ strictWxacodeWidth: false })
  equal(readJpeg((await draw('unlimited', { scene: '1', width: 1 })).image).pixelWidth, 280)
})

test('limits the unlimited codes of a minute', async (t) => {
  const { wechat, draw, refuse } = await openCodes(t)
  await wechat.rules({ wxacodeMinuteLimit: 1 })
  await draw('unlimited', { scene: '1' })
  equal(await refuse('unlimited', { scene: '1' }), 45009)
  await wechat.advance(60_000)
  await draw('unlimited', { scene: '1' })
})

test('looks at the token first, and has codes for mini programs only', async (t) => {
  const { wechat, ask } = await openCodes(t)
  for (const path of Object.values(paths)) {
    equal((await wechat.post(path, { access_token: 'in the body' })).errcode, 41001)
    equal((await wechat.get(path)).errcode, 43002)
  }
  const response = await ask('unlimited', { scene: '1' }, await wechat.app('official_account'))
  match(await response.text(), /"errcode":48001/)
})

test('reads back what it draws, in versions with even and uneven blocks', () => {
  for (const length of [50, 62, 80, 100, 107, 120, 122, 140, 152]) {
    const text = Array.from({ length }, (_, at) => String.fromCharCode(33 + ((at * 37) % 90))).join('')
    const { size, isDark } = createQrCode(text)
    const withMargin = { width: size + 1, isDark: (x: number, y: number) => x < size && isDark(x, y) }
    equal(readQrCode(withMargin), text)
  }
})
