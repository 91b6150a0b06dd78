import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { testOnBoth } from '../support/database.ts'
import { startApiHub } from './api-hub.ts'

testOnBoth('makes a key that is told once, lists it without its value and revokes it', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const expiresAt = Math.floor(Date.now() / 1000) + 3600
  const wanted = { name: 'shop', scopes: ['tokens:read'], apps: [hub.miniAppId], expiresAt }
  const { status, json } = await hub.call('POST', '/keys', wanted)
  equal(status, 201)
  match(String(json.key), /^whk_[\w-]{43}$/)
  const shown = (await hub.call('GET', `/keys/${json.id}`)).json
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const { createdAt, ...rest } = shown
  deepEqual(rest, {
    ...wanted,
    id: json.id,
    tenantId,
    prefix: String(json.key).slice(0, 8),
    refundLimitFen: null,
    refundDailyLimitFen: null,
    lastUsedAt: null,
  })
  deepEqual((await hub.call('GET', '/keys')).json.items, [shown])

  const token = await hub.call('GET', `/apps/${hub.miniAppId}/access-token`, undefined, String(json.key))
  equal(token.status, 200)
  equal((await hub.call('GET', '/apps', undefined, String(json.key))).status, 403)
  equal(typeof (await hub.call('GET', `/keys/${json.id}`)).json.lastUsedAt, 'number')
  equal((await hub.call('DELETE', `/keys/${json.id}`)).status, 204)
  equal(
    (await hub.call('GET', `/apps/${hub.miniAppId}/access-token`, undefined, String(json.key))).status,
    401,
  )
  equal((await hub.hub.apps.get(hub.miniAppId)).tenantId, tenantId)
})

testOnBoth(
  'changes the name, the scopes and the end of a key, never beyond the one used',
  async (t, engine) => {
    const hub = await startApiHub(t, engine)
    const input = { name: 'shop', scopes: ['tokens:read'], expiresAt: null }
    const made = (await hub.call('POST', '/keys', input)).json
    const change = (body: object, key?: string) => hub.call('PATCH', `/keys/${made.id}`, body, key)
    const before = (await hub.call('GET', `/keys/${made.id}`)).json

    equal((await hub.call('GET', '/apps', undefined, String(made.key))).status, 403)
    const widened = await change({ name: 'store', scopes: ['apps'] })
    const { lastUsedAt } = widened.json
    deepEqual(widened.json, { ...before, name: 'store', scopes: ['apps'], lastUsedAt })
    equal((await hub.call('GET', '/apps', undefined, String(made.key))).status, 200)

    const endMs = Math.floor(Date.now() / 1000) * 1000 + 60_000
    const ending = await hub.makeKey({ expiresAt: endMs })
    equal((await change({ expiresAt: endMs / 1000 + 1 }, ending)).json.code, 'forbidden')
    equal((await change({ expiresAt: null }, ending)).json.expiresAt, endMs / 1000)
    equal((await change({ expiresAt: null })).json.expiresAt, null)
    for (const bad of [
      { scopes: [] },
      { scopes: ['all'] },
      { expiresAt: 0 },
      { name: ' ' },
      { tenantId: 1 },
    ]) {
      equal((await change(bad)).json.code, 'bad_request', JSON.stringify(bad))
    }
    equal((await hub.call('PATCH', '/keys/999', { name: 'none' })).status, 404)
    const dump = (await hub.database.dump()).toString('latin1')
    ok(dump.includes('key.changed'))
  },
)

test('refuses a key after its end', async (t) => {
  let now = Date.now()
  const hub = await startApiHub(t, 'sqlite', { now: () => now })
  const key = await hub.makeKey({ expiresAt: now + 10_000 })
  equal((await hub.call('GET', '/apps', undefined, key)).status, 200)
  now += 10_000
  equal((await hub.call('GET', '/apps', undefined, key)).json.code, 'credential_refused')
})

test('lets no key make one that is wider than itself', async (t) => {
  const hub = await startApiHub(t)
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const { id: otherTenantId } = await hub.hub.tenants.add('other')
  const ofOther = await hub.makeApp(otherTenantId)
  const second = await hub.makeApp(tenantId)
  const endMs = Math.floor(Date.now() / 1000) * 1000 + 60_000
  const make = (key: string, input: object) =>
    hub.call('POST', '/keys', { name: 'made', scopes: ['admin'], ...input }, key)
  const boundsOf = async (id: unknown) => {
    const { json } = await hub.call('GET', `/keys/${id}`)
    return { tenantId: json.tenantId, apps: json.apps, expiresAt: json.expiresAt }
  }

  const ofTenant = await hub.makeKey({ tenantId })
  equal((await make(ofTenant, { tenantId: otherTenantId })).status, 403)
  equal((await make(ofTenant, { tenantId: 999 })).status, 403)
  equal((await make(ofTenant, { apps: [ofOther] })).status, 400)
  deepEqual(await boundsOf((await make(ofTenant, {})).json.id), { tenantId, apps: null, expiresAt: null })

  const ofApp = await hub.makeKey({ apps: [second], expiresAt: endMs })
  equal((await make(ofApp, { apps: [hub.miniAppId] })).status, 403)
  equal((await make(ofApp, { apps: [second], expiresAt: endMs / 1000 + 1 })).status, 403)
  const bounds = { tenantId, apps: [second], expiresAt: endMs / 1000 }
  deepEqual(await boundsOf((await make(ofApp, {})).json.id), bounds)

  const { items } = (await hub.call('GET', '/keys', undefined, ofApp)).json as { items: { apps: string[] }[] }
  deepEqual(
    items.map(({ apps }) => apps),
    [[second], [second]],
  )
  equal((await hub.call('POST', '/apps', newApp(tenantId), ofApp)).status, 403)
  equal((await hub.call('POST', '/apps', newApp(otherTenantId), ofTenant)).status, 403)
  const added = await hub.call('POST', '/apps', newApp(undefined), ofTenant)
  equal(added.json.tenantId, tenantId, 'a key of a tenant adds to it')
})

function newApp(tenantId: number | undefined) {
  return { appId: 'wx_new_app', kind: 'mini_program', name: 'new', secret: 's'.repeat(32), tenantId }
}
