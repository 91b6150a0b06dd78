import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { request } from 'undici'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { readPng } from '../sandbox/read-images.ts'
import { readQrCode } from '../sandbox/read-qr-code.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { readValues } from '../support/read-values.ts'
import { tester } from '../support/tester.ts'

const unlimited = '/wxa/getwxacodeunlimit'

test('asks WeChat once when 200 callers want one new code over two hubs', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const first = await startHub(t, { sandbox, database })
  const second = await startHub(t, { sandbox, database })
  const sessions = [await logIn(first), await logIn(second)]
  await sandbox.fault({ path: unlimited, latencyMs: 300, times: 1 })

  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      makeCode(index % 2 === 0 ? first : second, sessions[index % 2] ?? ''),
    ),
  )
  const hashes = replies.map(({ url }) => url.split('/').at(-1))
  equal(new Set(hashes).size, 1)
  equal(await first.upstreamCalls(unlimited), 1)

  // Known: nothing is asked and nothing is written.
  const version = "select xmin::text || ' ' || ctid::text as value from qr_codes"
  const before = await readValues(database, version)
  for (const hub of [first, second]) await makeCode(hub, await logIn(hub))
  deepEqual(await readValues(database, version), before)
  equal(before.length, 1)
  equal(await first.upstreamCalls(unlimited), 1)
})

testOnBoth('serves the image at its url, for ever', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const { url } = await makeCode(hub, await logIn(hub))
  ok(url.startsWith(`${hub.url}/qrcodes/`))
  const image = await fetch(url)
  equal(image.status, 200)
  equal(image.headers.get('content-type'), 'image/jpeg')
  equal(image.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  equal(image.headers.get('x-content-type-options'), 'nosniff')
  const bytes = Buffer.from(await image.arrayBuffer())
  equal(bytes.subarray(0, 3).toString('hex'), 'ffd8ff')
  const etag = image.headers.get('etag') ?? ''
  match(etag, /^"[0-9a-f]{64}"$/)
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const known = await fetch(url, { headers: { 'if-none-match': tag } })
    deepEqual([known.status, known.headers.get('etag'), await known.text()], [304, etag, ''])
  }
  equal((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status, 200)
  for (const path of ['0'.repeat(64), 'x', '..%2f..%2fmaster.key', `${url.split('/').at(-1)}.x`]) {
    equal((await hub.get(`/qrcodes/${path}`)).status, 404, path)
  }
})

testOnBoth('makes a code again whose image was lost, and after a failure', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const session = await logIn(hub)
  await hub.sandbox.fault({ path: unlimited, errcode: 41030, times: 1 })
  equal((await requestCode(hub, session)).status, 400)
  const { url } = await makeCode(hub, session)
  rmSync(`${hub.database.dir}/qrcodes`, { recursive: true })
  equal((await fetch(url)).status, 404)
  equal((await fetch((await makeCode(hub, session)).url)).status, 200)
  equal(await hub.upstreamCalls(unlimited), 3)
})

test('opens the version that was asked for, and a page that is not published yet', async (t) => {
  const hub = await startHub(t)
  const { appid, secret } = await hub.sandbox.app('mini_program')
  await hub.sandbox.control('POST', '/apps', { appid, pages: ['pages/index/index'] })
  const body = { scene: 'id=1', page: 'pages/new/new', isHyaline: true, envVersion: 'develop' }
  const path = `/wx/mini/v1/${appid}/${secret}/qrcode/unlimited`
  equal(((await hub.post(path, body)).body as { code: number }).code, 41030)
  const answer = await hub.post(path, { ...body, checkPath: false })
  const { data } = answer.body as { data: string }
  const pixels = readPng(Buffer.from(data.split(',')[1] ?? '', 'base64'))
  const { page, env_version } = JSON.parse(readQrCode(pixels)) as Record<string, string>
  deepEqual([page, env_version], ['pages/new/new', 'develop'])
  // A page that was made unchecked is no answer to who wants it checked.
  equal(((await hub.post(path, body)).body as { code: number }).code, 41030)
})

test('follows a node that died while it held the lease', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'sqlite')
  const slow = await startHub(t, { sandbox, database })
  // To this hub's clock every lease of the other is over.
  const hasty = await startHub(t, { sandbox, database, now: () => Date.now() + 20_000 })
  const sessions = [await logIn(slow), await logIn(hasty)] as const
  await sandbox.fault({ path: unlimited, latencyMs: 1500, times: 1 })
  const late = makeCode(slow, sessions[0])
  while ((await slow.upstreamCalls(unlimited)) === 0);
  const early = await makeCode(hasty, sessions[1])
  for (const { url } of [early, await late]) equal((await fetch(url)).status, 200)
  equal(await slow.upstreamCalls(unlimited), 2)
})

test('is not held up by a lease that a clock far ahead took', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const ahead = await startHub(t, { sandbox, database, now: () => Date.now() + 3_600_000 })
  const right = await startHub(t, { sandbox, database })
  const sessions = [await logIn(ahead), await logIn(right)] as const
  await sandbox.fault({ path: unlimited, latencyMs: 1500, times: 1 })
  const late = makeCode(ahead, sessions[0])
  while ((await right.upstreamCalls(unlimited)) === 0);
  await makeCode(right, sessions[1])
  await late
  equal(await right.upstreamCalls(unlimited), 2)
})

test('names the public url, and takes a key of the right tenant', async (t) => {
  const hub = await startHub(t, { env: { WEHUB_PUBLIC_URL: 'http://localhost:9/' } })
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const { id: otherId } = await hub.hub.tenants.add('other')
  const withKey = async (tenant: number, scopes: ('codes:write' | 'audit:read')[]) => {
    const { key } = await hub.hub.apiKeys.add(
      { name: `k${tenant}${scopes}`, scopes, tenantId: tenant },
      tester,
    )
    return requestCode(hub, key.reveal())
  }
  const { status, body } = await withKey(tenantId, ['codes:write'])
  equal(status, 200)
  match((body as { url: string }).url, /^http:\/\/localhost:9\/qrcodes\/[0-9a-f]{64}$/)
  equal((await withKey(tenantId, ['audit:read'])).status, 403)
  equal((await withKey(otherId, ['codes:write'])).status, 403)
})

test('takes a trusted network for a credential, but not beside a bad one', async (t) => {
  const hub = await startHub(t)
  const { appid: appId } = await hub.sandbox.app('mini_program')
  for (const contract of ['commcn', 'shares'] as const) {
    const path = `/of-${contract}/api/v1`
    const options = { trustedNetworks: ['127.0.0.1'] }
    await hub.hub.mounts.add({ contract, path, appId, options })
    // `fetch` looks like a browser.
    const call = async (headers: Record<string, string>) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } } as const
      const reply = await request(`${hub.url}${path}/weixin.get_qrcode`, { ...init, body: '{"scene":"a"}' })
      await reply.body.dump()
      return reply.statusCode
    }
    equal(await call({}), 200)
    const refused = [{ authorization: 'Bearer bad' }, { authorization: 'Bearer whk_bad' }]
    for (const headers of [...refused, { origin: 'http://127.0.0.1' }, { 'x-forwarded-for': '127.0.0.1' }]) {
      equal(await call(headers), 401, JSON.stringify(headers))
    }
  }
})

test('lets a user make 500 new codes a day, and have known ones', async (t) => {
  let offsetMs = 0
  const hub = await startHub(t, { now: () => Date.now() + offsetMs })
  const known = await makeCode(hub, await logIn(hub))
  const session = await logIn(hub)
  const ask = async (credential: string, scene: string) => (await requestCode(hub, credential, scene)).status
  // Whatever comes of it: WeChat was asked.
  await hub.sandbox.fault({ path: unlimited, errcode: 41030, times: 499 })
  for (let done = 0; done < 500; done += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, at) => ask(session, `s${done + at}`)))
  }
  equal(await hub.upstreamCalls(unlimited), 500)
  const refused = await requestCode(hub, session, 'more')
  deepEqual([refused.status, refused.body], [429, { code: 1429, error: 'too many requests' }])
  equal(await ask(await logIn(hub), 'more'), 429, 'a login more is the same user')
  equal(await hub.upstreamCalls(unlimited), 500)
  deepEqual(await makeCode(hub, session), known)
  const other = await requestCode(hub, await logIn(hub, 'u2'), 'more')
  equal(other.status, 200, other.text)
  equal(await ask(session, 'more'), 200, 'it is known now')
  offsetMs = 24 * 3_600_000 + 1000
  equal(await ask(await logIn(hub), 'another-day'), 200)
})

test('knows its codes still when others ask for images that are none', async (t) => {
  const at = Date.now()
  const hub = await startHub(t, { now: () => at })
  const session = await logIn(hub)
  const known = await makeCode(hub, session)
  equal((await hub.get(`/qrcodes/${'0'.repeat(64)}`)).status, 404)
  // What is believed needs no database.
  rmSync(`${hub.database.dir}/qrcodes`, { recursive: true })
  deepEqual(await makeCode(hub, session), known)
  equal(await hub.upstreamCalls(unlimited), 1)
  // The image itself is asked for in vain: then it is made again.
  equal((await fetch(known.url)).status, 404)
  equal((await fetch((await makeCode(hub, session)).url)).status, 200)
  equal(await hub.upstreamCalls(unlimited), 2)
})

async function logIn(hub: TestHub, user = 'u1'): Promise<string> {
  const { body } = await hub.post('/commcn/api/v1/weixin.oauth', { jscode: await hub.loginCode(user) })
  return (body as { session_id: string }).session_id
}

function requestCode(hub: TestHub, credential: string, scene = 'id=1') {
  const code = { page: 'pages/index/index', scene }
  return hub.post('/commcn/api/v1/weixin.get_qrcode', code, { authorization: `Bearer ${credential}` })
}

async function makeCode(hub: TestHub, session: string): Promise<{ url: string }> {
  const { status, text, body } = await requestCode(hub, session)
  equal(status, 200, text)
  return body as { url: string }
}
