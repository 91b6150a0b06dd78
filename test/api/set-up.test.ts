import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { testOnBoth } from '../support/database.ts'
import { startApiHub } from './api-hub.ts'

testOnBoth(
  'sets an app up, rotates its secret and removes it; secrets go in, never out',
  async (t, engine) => {
    const hub = await startApiHub(t, engine)
    const { appid: appId, secret } = await hub.sandbox.control('POST', '/apps', { kind: 'mini_program' })
    const added = await hub.call('POST', '/apps', { appId, secret, kind: 'mini_program', name: 'Fruit shop' })
    equal(added.status, 201, added.text)
    const [{ fingerprint }] = added.json.secrets as [{ fingerprint: string }]
    match(fingerprint, /^[0-9a-f]{12}$/)
    deepEqual((await hub.call('GET', `/apps/${appId}`)).json, added.json)

    const second = await hub.call('POST', `/apps/${appId}/secrets`, { secret: 's'.repeat(32) })
    equal(second.status, 201)
    equal((await hub.call('POST', `/apps/${appId}/secrets`, { secret: 't'.repeat(32) })).status, 409)
    equal((await hub.call('DELETE', `/apps/${appId}/secrets/${fingerprint}`)).status, 204)
    equal((await hub.call('DELETE', `/apps/${appId}/secrets/${second.json.fingerprint}`)).status, 409)
    const renamed = await hub.call('PATCH', `/apps/${appId}`, { name: 'Vegetables' })
    deepEqual(renamed.json, { ...added.json, name: 'Vegetables', secrets: [second.json] })

    const mount = await hub.call('POST', '/mounts', { contract: 'commcn', appId, path: '/fruit/api/v1' })
    equal(mount.status, 201, mount.text)
    equal((await hub.call('DELETE', `/apps/${appId}`)).status, 409)
    equal((await hub.call('DELETE', `/mounts/${mount.json.id}`)).status, 204)
    equal((await hub.call('DELETE', `/apps/${appId}`)).status, 204)
    equal((await hub.call('GET', `/apps/${appId}`)).json.code, 'app_unknown')
    equal((await hub.call('DELETE', `/apps/${hub.miniAppId}`)).json.code, 'conflict')
  },
)

testOnBoth('sets an app up before its secret is at hand', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { appid: appId, secret } = await hub.sandbox.control('POST', '/apps', { kind: 'mini_program' })
  const added = await hub.call('POST', '/apps', { appId, kind: 'mini_program', name: 'Fruit shop' })
  equal(added.status, 201, added.text)
  deepEqual(added.json.secrets, [])
  const early = await hub.call('POST', '/logins', { appId, code: 'any' })
  equal(early.json.code, 'app_misconfigured')
  equal((await hub.call('POST', `/apps/${appId}/secrets`, { secret })).status, 201)
  equal((await hub.call('GET', `/apps/${appId}/access-token`)).status, 200)
})

testOnBoth('mounts a contract, changes its options and takes it away', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const path = '/fruit/api/v1'
  const options = { envelope: 'ginrpc', trustedNetworks: ['10.0.0.0/8', 'fd00::/8', '127.0.0.1'] }
  const { json } = await hub.call('POST', '/mounts', {
    contract: 'commcn',
    appId: hub.miniAppId,
    path,
    options,
  })
  deepEqual(json, {
    id: json.id,
    contract: 'commcn',
    path,
    appId: hub.miniAppId,
    officialAppId: null,
    options,
  })
  const login = async () => hub.post(`${path}/weixin.oauth`, { jscode: await hub.loginCode() })
  equal((await login()).status, 200)
  const changed = await hub.call('PATCH', `/mounts/${json.id}`, { options: {} })
  deepEqual(changed.json.options, {})
  ok('session_id' in ((await login()).body as object))
  equal((await hub.call('DELETE', `/mounts/${json.id}`)).status, 204)
  equal((await hub.call('GET', `/mounts/${json.id}`)).status, 404)
  equal((await login()).status, 404)
})

testOnBoth('adds, renames and removes tenants, but not those with anything in them', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { status, json } = await hub.call('POST', '/tenants', { name: 'Orchard Ltd' })
  equal(status, 201)
  equal((await hub.call('POST', '/tenants', { name: 'Orchard Ltd' })).status, 409)
  const renamed = { ...json, name: 'Orchard' }
  deepEqual((await hub.call('PATCH', `/tenants/${json.id}`, { name: 'Orchard' })).json, renamed)
  equal((await hub.call('PATCH', `/tenants/${json.id}`, { name: 'default' })).status, 409)
  const { id } = (await hub.call('POST', '/keys', { name: 'k', scopes: ['apps'], tenantId: json.id })).json
  equal((await hub.call('DELETE', `/tenants/${json.id}`)).status, 409)
  equal((await hub.call('DELETE', `/keys/${id}`)).status, 204)
  equal((await hub.call('DELETE', `/tenants/${json.id}`)).status, 204)
  equal((await hub.call('GET', `/tenants/${json.id}`)).status, 404)
  equal((await hub.call('DELETE', `/tenants/${json.id}`)).status, 404)
})

testOnBoth('notes who changed what, and no secret', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { id, key } = (await hub.call('POST', '/keys', { name: 'ops', scopes: ['admin'] })).json
  const { appid: appId, secret } = await hub.sandbox.control('POST', '/apps', { kind: 'mini_program' })
  const as = (method: string, path: string, body?: unknown) => hub.call(method, path, body, String(key))
  await as('POST', '/apps', { appId, secret, kind: 'mini_program', name: 'Fruit shop' })
  await as('PATCH', `/apps/${appId}`, { name: 'Vegetables' })
  const mount = (await as('POST', '/mounts', { contract: 'commcn', appId, path: '/fruit/api/v1' })).json
  await as('PATCH', `/mounts/${mount.id}`, { options: {} })
  await as('DELETE', `/mounts/${mount.id}`)
  const tenant = (await as('POST', '/tenants', { name: 'new' })).json
  await as('DELETE', `/tenants/${tenant.id}`)
  await as('DELETE', `/apps/${appId}`)
  const dump = (await hub.database.dump()).toString('latin1')
  const actions = ['app.added', 'app.renamed', 'app.removed', 'mount.added', 'mount.changed', 'mount.removed']
  for (const action of [...actions, 'tenant.added', 'tenant.removed']) {
    ok(new RegExp(`key:${id}[\\s,"]*${action.replace('.', '\\.')}`).test(dump), action)
  }
  equal(dump.includes(String(key)), false)
})

test('shows long lists in pages, and takes no cursor that it did not give', async (t) => {
  const hub = await startApiHub(t)
  for (const name of ['one', 'two', 'three', 'four']) await hub.hub.tenants.add(name)
  for (const [path, size] of [
    ['/tenants', 5],
    ['/apps', 3],
    ['/mounts', 5],
  ] as const) {
    const all = (await hub.call('GET', path)).json.items as unknown[]
    equal(all.length, size, path)
    const paged: unknown[] = []
    let after = ''
    do {
      const { json } = await hub.call('GET', `${path}?limit=2${after && `&after=${after}`}`)
      ok((json.items as unknown[]).length <= 2)
      paged.push(...(json.items as unknown[]))
      after = String(json.next ?? '')
    } while (after !== '')
    deepEqual(paged, all)
  }
  const next = String((await hub.call('GET', '/tenants?limit=2')).json.next)
  const strange = [
    `${next}A`,
    next.slice(1),
    next.slice(0, -1),
    next.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
    '1',
    '%00',
  ]
  for (const cursor of strange) {
    const answer = await hub.call('GET', `/tenants?after=${cursor}`)
    equal(answer.json.code, 'bad_request', cursor)
  }
  equal((await hub.call('GET', `/apps?after=${next}`)).status, 400, 'the cursor of another list')
})
