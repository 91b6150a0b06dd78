import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { testOnBoth } from '../support/database.ts'
import { executeSql } from '../support/execute-sql.ts'
import { type ApiHub, startApiHub } from './api-hub.ts'

type Entry = {
  action: string
  subject: string
  actor: string
  address: string | null
  tenantId: number | null
}

testOnBoth('notes who changed what, from where, and whose it was', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { json: tenant } = await hub.call('POST', '/tenants', { name: 'Orchard' })
  const tenantId = Number(tenant.id)
  const { json: made } = await hub.call('POST', '/keys', { name: 'k', scopes: ['admin'], tenantId })
  const secret = 'planted-secret-0123456789abcdef0123'
  const appId = 'wxaudited00000001'
  const key = String(made.key)
  const app = { appId, kind: 'mini_program', name: 'planted-name', secret }
  equal((await hub.call('POST', '/apps', app, key)).status, 201)
  await hub.call('PATCH', `/apps/${appId}`, { phoneBudget: 3 }, key)
  const { json: mount } = await hub.call(
    'POST',
    '/mounts',
    { contract: 'commcn', appId, path: '/o/api/v1' },
    key,
  )
  await hub.call('DELETE', `/mounts/${mount.id}`, undefined, key)
  const hook = { url: 'https://example.com/planted-url' }
  const { json: webhook } = await hub.call('POST', '/webhooks', hook, key)
  await hub.call('DELETE', `/webhooks/${webhook.id}`, undefined, key)

  const seen = await listAudit(hub, '', key)
  deepEqual(
    seen.map(({ action }) => action),
    [
      'webhook.removed',
      'webhook.added',
      'mount.removed',
      'mount.added',
      'app.phone_budget_set',
      'app.added',
      'key.added',
      'tenant.added',
    ],
  )
  ok(seen.every((entry) => entry.tenantId === tenantId && entry.address === '127.0.0.1'))
  deepEqual(
    seen.map(({ actor }) => actor),
    [...Array(6).fill(`key:${made.id}`), 'key:admin', 'key:admin'],
  )
  const text = JSON.stringify(await hub.call('GET', '/audit?limit=200'))
  ok(text.includes(appId))
  for (const planted of [secret, 'planted-name', 'planted-url', key]) equal(text.includes(planted), false)
})

test('finds entries by what was done, to what, by whom and when, in pages', async (t) => {
  let now = Date.UTC(2027, 0, 1)
  const hub = await startApiHub(t, 'sqlite', { now: () => now })
  for (const name of ['one', 'two', 'three']) {
    now += 1000
    await hub.call('POST', '/tenants', { name })
  }
  const added = await listAudit(hub, '?action=tenant.added&actor=key:admin')
  equal(added.length, 3)
  deepEqual(await listAudit(hub, `?subject=${added[1]?.subject}`), [added[1]])
  const from = Date.UTC(2027, 0, 1) / 1000 + 2
  equal((await listAudit(hub, `?action=tenant.added&from=${from}`)).length, 2)
  deepEqual(await listAudit(hub, `?action=tenant.added&from=${from}&to=${from + 1}`), [added[1]])
  const { json: page } = await hub.call('GET', '/audit?action=tenant.added&actor=key:admin&limit=2')
  const { json: rest } = await hub.call(
    'GET',
    `/audit?action=tenant.added&actor=key:admin&limit=2&after=${page.next}`,
  )
  deepEqual([...(page.items as Entry[]), ...(rest.items as Entry[])], added)
  equal(rest.next, null)
  for (const wrong of ['?from=-1', '?from=x', '?action=', '?actor=%00', '?limit=0', '?who=me', '?after=x']) {
    equal((await hub.call('GET', `/audit${wrong}`)).status, 400, wrong)
  }
})

testOnBoth('refuses to change or remove an entry', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  await hub.call('POST', '/tenants', { name: 'noted' })
  for (const change of ["update audit_log set actor = 'nobody'", 'delete from audit_log']) {
    await rejects(executeSql(hub.database, change), /append-only/)
  }
  ok((await listAudit(hub, '?action=tenant.added')).length >= 1)
})

async function listAudit(hub: ApiHub, query: string, key?: string): Promise<Entry[]> {
  const { json, status, text } = await hub.call('GET', `/audit${query}`, undefined, key)
  equal(status, 200, text)
  match(text, /^\{"items"/)
  return json.items as Entry[]
}
