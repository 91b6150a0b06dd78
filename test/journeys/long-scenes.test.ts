import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type ApiHub, adminKey, startApiHub } from '../api/api-hub.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { readPng } from '../sandbox/read-images.ts'
import { readQrCode } from '../sandbox/read-qr-code.ts'
import { createDatabase, query, testOnBoth } from '../support/database.ts'
import { readValues } from '../support/read-values.ts'

const unlimited = '/wxa/getwxacodeunlimit'
const long = '商品=10086&优惠=100%&来自 朋友圈&😀'.padEnd(300, 'x')
const shortForm = /^~wh\.[\w-]{28}$/

testOnBoth('puts a short scene into the code that leads back to the long one', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { id: tenantId } = await hub.hub.tenants.ensure()
  await mountWithLongScenes(hub)
  const short = await drawnScene(hub, long)
  match(short, shortForm)
  equal(decodeURIComponent(encodeURIComponent(short)), short)

  const key = await hub.makeKey({ scopes: ['codes:write'], tenantId })
  const { status, json } = await hub.call('GET', `/scenes/${short}`, undefined, key)
  equal(status, 200)
  const { createdAt, ...rest } = json
  deepEqual(rest, { id: short, appId: hub.miniAppId, scene: long })
  ok(Math.abs(Number(createdAt) - Date.now() / 1000) < 10)

  // What fits stays what it is; a short scene of the hub's can be used again.
  equal(await drawnScene(hub, 'x'.repeat(32)), 'x'.repeat(32))
  equal(await drawnScene(hub, short, { envVersion: 'trial' }), short)
  match(await drawnScene(hub, 'x'.repeat(33)), shortForm)
  equal(await countScenes(hub), 2)
  const other = await hub.makeKey({ scopes: ['codes:write'], tenantId: (await hub.hub.tenants.add('b')).id })
  const otherApp = await hub.makeKey({ apps: [await hub.makeApp(tenantId)] })
  for (const one of [other, otherApp]) {
    equal((await hub.call('GET', `/scenes/${short}`, undefined, one)).status, 404)
  }
})

testOnBoth('keeps one row for a long scene that many want at once over two hubs', async (t, engine) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, engine)
  const first = await startApiHub(t, engine, { sandbox, database })
  const second = await startApiHub(t, engine, { sandbox, database })
  await mountWithLongScenes(first)
  await second.hub.setup.refresh()
  await sandbox.fault({ path: unlimited, latencyMs: 200, times: 1 })

  const trial = { envVersion: 'trial' }
  const codes = Array.from({ length: 60 }, (_, at) =>
    // Two codes with one scene, so that the scene is stored twice at once too.
    makeCode(at % 2 === 0 ? first : second, long, at % 3 === 0 ? trial : {}),
  )
  equal(new Set((await Promise.all(codes)).map((url) => url.split('/').at(-1))).size, 2)
  equal(await countScenes(first), 1)
  equal(await first.upstreamCalls(unlimited), 2)

  // Known: nothing is asked and nothing is written.
  const version = 'select hex(id) || created_at || rowid as value from scenes'
  const stored = engine === 'sqlite' ? version : 'select xmin::text || ctid::text as value from scenes'
  const before = await readValues(database, stored)
  await Promise.all([makeCode(first, long), makeCode(second, long, trial)])
  deepEqual(await readValues(database, stored), before)
  equal(await first.upstreamCalls(unlimited), 2)

  const short = await lastScene(first)
  equal((await second.call('GET', `/scenes/${short}`)).json.scene, long)
  // The same text is another scene in another app.
  const otherAppId = await first.makeApp((await first.hub.tenants.ensure()).id)
  await mountWithLongScenes(first, { path: '/other/api/v1', appId: otherAppId })
  await makeCode(first, long, {}, '/other/api/v1')
  const other = await lastScene(first)
  equal((await first.call('GET', `/scenes/${other}`)).json.appId, otherAppId)
  equal(await countScenes(first), 2)
  // A short one is for codes of its own app.
  equal((await requestCode(first, short, trial, '/other/api/v1')).status, 400)
})

test('refuses a short scene that was made up, without a look at the database', async (t) => {
  const hub = await startApiHub(t, 'postgres')
  await mountWithLongScenes(hub)
  const short = await drawnScene(hub, long)
  const forged = `${short.slice(0, -1)}${short.endsWith('A') ? 'B' : 'A'}`
  const otherId = `~wh.${short[4] === 'A' ? 'B' : 'A'}${short.slice(5)}`
  const none = [
    'id=1',
    `~wh.${'A'.repeat(28)}`,
    forged,
    otherId,
    `${short}A`,
    short.slice(1),
    '%E4%B8%AD',
    '~wh.',
  ]
  const calls = await hub.upstreamCalls(unlimited)
  await query(hub.database.url, 'alter table scenes rename to out_of_reach')
  for (const id of none) equal((await hub.call('GET', `/scenes/${id}`)).json.code, 'not_found', id)
  equal((await hub.call('GET', `/scenes/${short}`)).status, 500)
  await query(hub.database.url, 'alter table out_of_reach rename to scenes')
  equal((await hub.call('GET', `/scenes/${short}`)).status, 200)

  for (const scene of [forged, '~wh.', '~wh.id=1']) {
    equal((await requestCode(hub, scene)).status, 400, scene)
  }
  equal(await hub.upstreamCalls(unlimited), calls)
})

testOnBoth('refuses what is no text, and stores nothing for what is refused', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  await mountWithLongScenes(hub)
  const unsound = [
    '',
    '中',
    'a b',
    'x'.repeat(2049),
    `${long}\u0000`,
    `${long}\n`,
    `${long}\u0085`,
    `${long}\ud800`,
  ]
  for (const scene of unsound) equal((await requestCode(hub, scene)).status, 400, JSON.stringify(scene))
  for (const extra of [{ page: '/pages/x' }, { envVersion: 'beta' }]) {
    equal((await requestCode(hub, long, extra)).status, 400)
  }
  await hub.sandbox.fault({ path: unlimited, errcode: 41030, times: 1 })
  equal((await requestCode(hub, long)).status, 400)
  equal(await countScenes(hub), 0)
  equal(await hub.upstreamCalls(unlimited), 1)
  for (const scene of ['x'.repeat(2048), '中'.repeat(2048)]) await makeCode(hub, scene)
  equal(await countScenes(hub), 2)
})

testOnBoth('takes long scenes in control too, and forgets them with their app', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const { appid: appId, secret } = await hub.sandbox.control('POST', '/apps', { kind: 'mini_program' })
  const app = { appId: String(appId), kind: 'mini_program', name: 'x', secret, tenantId }
  equal((await hub.call('POST', '/apps', app)).status, 201)
  const path = `/wx/mini/v1/${appId}/${secret}/qrcode/unlimited`
  equal((await hub.post(path, { scene: long })).text.includes('40169'), true)

  const mounts = await hub.hub.mounts.list()
  const { id } = mounts.find(({ contract }) => contract === 'control') ?? { id: 0 }
  equal((await hub.call('PATCH', `/mounts/${id}`, { options: { longScenes: 'yes' } })).status, 400)
  equal((await hub.call('PATCH', `/mounts/${id}`, { options: { longScenes: true } })).status, 200)
  const reply = (await hub.post(path, { scene: long, isHyaline: true })).body as {
    code: number
    data: string
  }
  equal(reply.code, 200)
  const pixels = readPng(Buffer.from(reply.data.split(',')[1] ?? '', 'base64'))
  const { scene: short } = JSON.parse(readQrCode(pixels)) as { scene: string }
  match(short, shortForm)
  equal((await hub.call('GET', `/scenes/${short}`)).json.scene, long)
  equal((await hub.post(path, { scene: 'x'.repeat(2049) })).text.includes('40169'), true)

  equal((await hub.call('DELETE', `/apps/${appId}`)).status, 204)
  equal((await hub.call('GET', `/scenes/${short}`)).status, 404)
  equal(await countScenes(hub), 0)
})

const base = '/long/api/v1'

async function mountWithLongScenes(hub: ApiHub, place = { path: base, appId: hub.miniAppId }): Promise<void> {
  await hub.hub.mounts.add({ contract: 'commcn', ...place, options: { longScenes: true } })
}

function requestCode(hub: ApiHub, scene: string, options = {}, path = base) {
  const body = { page: 'pages/index/index', scene, ...options }
  return hub.post(`${path}/weixin.get_qrcode`, body, { authorization: `Bearer ${adminKey}` })
}

/** The url of the code. */
async function makeCode(hub: ApiHub, scene: string, options = {}, path = base): Promise<string> {
  const { status, text, body } = await requestCode(hub, scene, options, path)
  equal(status, 200, text)
  return (body as { url: string }).url
}

/** The scene in the code that WeChat drew last. */
async function lastScene({ sandbox }: ApiHub): Promise<string> {
  const { calls } = await sandbox.control('GET', `/calls?path=${unlimited}`)
  const { body } = (calls as { body: string }[]).at(-1) ?? { body: '{}' }
  return (JSON.parse(body) as { scene: string }).scene
}

async function drawnScene(hub: ApiHub, scene: string, options = {}): Promise<string> {
  await makeCode(hub, scene, options)
  return lastScene(hub)
}

async function countScenes({ database }: ApiHub): Promise<number> {
  return (await readValues(database, 'select scene as value from scenes')).length
}
