import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { adminKey, startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'

const stableToken = '/cgi-bin/stable_token'
const never = new AbortController().signal

testOnBoth('replaces a reported token once in 30 s, however often it is reported', async (t, engine) => {
  let ahead = 0
  const hub = await startApiHub(t, engine, { now: () => Date.now() + ahead })
  const path = `/apps/${hub.miniAppId}/access-token`
  const report = async () => {
    const { accessToken: token } = (await hub.call('GET', path)).json
    const { status, json } = await hub.call('POST', `${path}/report`, { token })
    return [status, json.replaced]
  }
  // WeChat thinks the token good and gives it again.
  deepEqual(await report(), [200, true])
  const asked = await hub.upstreamCalls(stableToken)
  for (let times = 0; times < 10; times += 1) deepEqual(await report(), [200, false])
  deepEqual((await Promise.all([report(), report(), report()])).flat().includes(true), false)
  equal(await hub.upstreamCalls(stableToken), asked)

  ahead += 30_000
  const replaced = (await Promise.all([report(), report()])).filter(([, isReplaced]) => isReplaced === true)
  ok(replaced.length >= 1)
  equal(await hub.upstreamCalls(stableToken), asked + 1)
  const app = await hub.hub.apps.get(hub.miniAppId)
  const causes = (await hub.hub.accessTokens.listRotations(app, 10)).map(({ cause }) => cause)
  deepEqual(causes, ['reported', 'reported', 'first'])
})

testOnBoth(
  'renews the tokens of many apps a few at a time, and goes on when one fails',
  async (t, engine) => {
    let ahead = 0
    const hub = await startApiHub(t, engine, { now: () => Date.now() + ahead })
    const { appIds, tokens } = await manyTokens(hub, 20)
    ahead = 7_000_000
    await hub.sandbox.advance(7_000_000)
    await hub.sandbox.fault({ path: stableToken, latencyMs: 400 })
    await hub.sandbox.fault({ path: stableToken, appid: appIds[0] ?? '', errcode: 45009 })
    const startedAt = Date.now()
    const errors = await hub.hub.accessTokens.renewDue(never)
    equal(errors.length, 1)
    // One after the other they would take eight seconds.
    ok(Date.now() - startedAt < 6000, `${Date.now() - startedAt} ms`)
    const renewed = await Promise.all(appIds.slice(1).map((appId) => tokenOf(hub, appId)))
    for (const token of renewed) equal(tokens.includes(token), false)
    equal(await tokenOf(hub, appIds[0] ?? ''), tokens[0], 'the old one serves as long as it lives')
  },
)

test('begins no renewal once the hub closes', async (t) => {
  let ahead = 0
  const hub = await startApiHub(t, 'sqlite', { now: () => Date.now() + ahead })
  await manyTokens(hub, 20)
  ahead = 7_000_000
  await hub.sandbox.advance(7_000_000)
  await hub.sandbox.fault({ path: stableToken, latencyMs: 300 })
  const before = await hub.upstreamCalls(stableToken)
  const closing = new AbortController()
  const renewal = hub.hub.accessTokens.renewDue(closing.signal)
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await hub.upstreamCalls(stableToken)) > before) break
  }
  closing.abort()
  deepEqual(await renewal, [])
  const asked = (await hub.upstreamCalls(stableToken)) - before
  ok(asked >= 1 && asked <= 8, `${asked} renewals`)
})

test('marks every reply that carries a token as not to be stored', async (t) => {
  const hub = await startApiHub(t)
  const { appid, secret } = await hub.sandbox.app('mini_program')
  const { appid: official } = await hub.sandbox.app('official_account')
  await hub.hub.mounts.add({ contract: 'boilerplate', appId: appid, path: '/made-here' })
  await hub.hub.mounts.add({ contract: 'shares', appId: appid, path: '/stocks/api/v1' })
  const code = () => hub.loginCode()
  const replies = [
    await hub.call('GET', `/apps/${appid}/access-token`),
    await hub.call('POST', `/apps/${official}/js-signature`, { url: 'https://shop.example/' }),
    await hub.call('POST', '/keys', { name: 'k', scopes: ['apps'] }),
    await hub.call('POST', '/logins', { appId: appid, code: await code() }, null),
    await hub.get(`/wx/mini/v1/${appid}/${secret}/access_token`),
    await hub.get(`/wx/mini/v1/${appid}/${secret}/code2Session?code=${await code()}`),
    await hub.post('/commcn/api/v1/weixin.oauth', { jscode: await code() }),
    await hub.post('/stocks/api/v1/weixin.oauth', { jscode: await code() }),
    await hub.post('/made-here/wechat/api/v1/wechat-miniapp/user', { code: await code() }),
  ]
  for (const { status, headers, text } of replies) {
    ok(status === 200 || status === 201, text)
    equal(headers.get('cache-control'), 'no-store', text)
  }
  const refused = await hub.call('GET', `/apps/${appid}/access-token`, undefined, null)
  deepEqual([refused.status, refused.headers.get('cache-control')], [401, 'no-store'])
})

test('counts wrong keys together, whichever surface they are brought to', async (t) => {
  const env = { WEHUB_TRUSTED_PROXIES: '127.0.0.1' }
  const hub = await startApiHub(t, 'sqlite', { env })
  await hub.hub.mounts.add({ contract: 'shares', appId: hub.miniAppId, path: '/stocks/api/v1' })
  const headers = (key: string) => ({ 'x-forwarded-for': '203.0.113.7', authorization: `Bearer ${key}` })
  const paths = [
    '/commcn/api/v1/weixin.get_qrcode',
    '/stocks/api/v1/weixin.get_qrcode',
    '/api/v1/sessions/verify',
  ]
  const wrong = Array.from({ length: 30 }, (_, index) =>
    hub.post(paths[index % 3] ?? '', {}, headers(`whk_wrong${index}`)),
  )
  for (const { status, text } of await Promise.all(wrong)) equal(status, 401, text)
  for (const path of paths) equal((await hub.post(path, {}, headers(adminKey))).status, 429, path)
})

test('takes null for what replies show as null', async (t) => {
  const hub = await startApiHub(t)
  const made = await hub.call('POST', '/keys', {
    name: 'k',
    scopes: ['apps'],
    tenantId: null,
    apps: null,
    expiresAt: null,
  })
  equal(made.status, 201, made.text)
  const { tenantId, apps } = (await hub.call('GET', `/keys/${made.json.id}`)).json
  deepEqual([tenantId, apps], [null, null])
  const mount = { contract: 'commcn', path: '/fruit/api/v1', appId: hub.miniAppId, officialAppId: null }
  const mounted = await hub.call('POST', '/mounts', mount)
  deepEqual([mounted.status, mounted.json.officialAppId], [201, null], mounted.text)
  equal((await hub.call('POST', '/mounts', { ...mount, path: '/x/api/v1', appId: null })).status, 400)
  for (const bad of [{ tenantId: '1' }, { tenantId: 0 }, { apps: [] }, { apps: [null] }]) {
    equal(
      (await hub.call('POST', '/keys', { name: 'k', scopes: ['apps'], ...bad })).status,
      400,
      JSON.stringify(bad),
    )
  }
})

type Hub = Awaited<ReturnType<typeof startApiHub>>

async function manyTokens(hub: Hub, count: number) {
  const { id } = await hub.hub.tenants.ensure()
  const appIds: string[] = []
  for (let made = 0; made < count; made += 1) appIds.push(await hub.makeApp(id))
  return { appIds, tokens: await Promise.all(appIds.map((appId) => tokenOf(hub, appId))) }
}

async function tokenOf(hub: Hub, appId: string): Promise<string> {
  const { value } = await hub.hub.accessTokens.current(await hub.hub.apps.get(appId))
  return value.reveal()
}
