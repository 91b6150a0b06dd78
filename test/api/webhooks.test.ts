import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { testOnBoth } from '../support/database.ts'
import { readValues } from '../support/read-values.ts'
import { startApiHub } from './api-hub.ts'

const url = 'https://orders.example.com/wechat?shop=1'

testOnBoth('adds, changes and removes webhooks, with an audit row for each', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const added = await hub.call('POST', '/webhooks', { url, kinds: ['text', 'TEXT', 'event'] })
  equal(added.status, 201, added.text)
  const { secret, id, ...shown } = added.json
  match(String(secret), /^whsec_/)
  deepEqual(
    [shown.name, shown.url, shown.apps, shown.kinds, shown.events, shown.enabled],
    ['webhook', url, null, ['text', 'event'], null, true],
  )
  const changed = await hub.call('PATCH', `/webhooks/${id}`, { kinds: null, events: ['SCAN'], name: '订单' })
  deepEqual([changed.json.kinds, changed.json.events, changed.json.name], [null, ['scan'], '订单'])
  equal((await hub.call('PATCH', `/webhooks/${id}`, { enabled: false })).json.enabled, false)
  equal((await hub.call('PATCH', `/webhooks/${id}`, { enabled: true })).json.disabledAt, null)
  const rotated = await hub.call('POST', `/webhooks/${id}/secret`)
  ok(rotated.json.secret !== secret)
  const all = [changed, await hub.call('GET', '/webhooks'), await hub.call('GET', `/webhooks/${id}`)]
  for (const { text } of all) equal(text.includes('whsec_'), false)
  const dump = await hub.database.dump()
  for (const one of [secret, rotated.json.secret]) ok(!dump.includes(String(one).slice(6)))

  equal((await hub.call('DELETE', `/webhooks/${id}`)).status, 204)
  equal((await hub.call('GET', `/webhooks/${id}`)).status, 404)
  const select = "select action as value from audit_log where subject like 'webhook:%' order by id"
  const actions = ['added', 'changed', 'disabled', 'enabled', 'secret_rotated', 'removed']
  deepEqual(
    await readValues(hub.database, select),
    actions.map((action) => `webhook.${action}`),
  )
})

test('refuses what is no webhook, and says why', async (t) => {
  const hub = await startApiHub(t)
  const { id } = (await hub.call('POST', '/webhooks', { url })).json
  const refusals: [object, RegExp][] = [
    [{}, /url is missing/],
    [{ url: 'http://orders.example.com/' }, /url is not https/],
    [{ url: 'https://127.0.0.1/' }, /may not reach/],
    [{ url: 'https://[::ffff:10.0.0.1]/' }, /may not reach/],
    [{ url: 'https://localhost/' }, /may not reach/],
    [{ url: 'https://a:b@orders.example.com/' }, /user name/],
    [{ url: 'x' }, /no http/],
    [{ url: `https://orders.example.com/${'x'.repeat(2048)}` }, /url/],
    [{ url, apps: [] }, /apps/],
    [{ url, apps: ['wxunknown00000000'] }, /tenant does not have|no such app/],
    [{ url, kinds: ['a b'] }, /kinds/],
    [{ url, events: [''] }, /events/],
    [{ url, kinds: 'text' }, /kinds/],
    [{ url, name: ' x' }, /name/],
    [{ url, secret: 'whsec_' }, /secret is not known/],
    [{ url, tenantId: 999_999 }, /names no tenant/],
  ]
  for (const [body, reason] of refusals) {
    const answer = await hub.call('POST', '/webhooks', body)
    ok(answer.status === 400 || answer.status === 404, answer.text)
    match(answer.text, reason)
  }
  equal((await hub.call('PATCH', `/webhooks/${id}`, { url: 'http://10.0.0.1/' })).status, 400)
  equal((await hub.call('POST', `/webhooks/${id}/replay`, { from: 0 })).status, 400)
  equal((await hub.call('POST', `/webhooks/${id}/replay`, { from: 0, to: 1, after: 'x' })).status, 400)
  equal((await hub.call('GET', `/webhooks/${id}/deliveries?state=odd`)).status, 400)
  equal((await hub.call('GET', '/webhooks/99999999999999/deliveries')).status, 404)
})

testOnBoth('keeps a key that is limited to apps to webhooks of these apps', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { tenantId } = await hub.hub.apps.get(hub.miniAppId)
  const another = await hub.makeApp(tenantId)
  const key = await hub.makeKey({ scopes: ['webhooks'], apps: [hub.miniAppId] })
  const own = await hub.call('POST', '/webhooks', { url }, key)
  deepEqual([own.status, own.json.apps, own.json.tenantId], [201, [hub.miniAppId], tenantId])
  equal((await hub.call('POST', '/webhooks', { url, apps: [another] }, key)).status, 403)
  equal((await hub.call('PATCH', `/webhooks/${own.json.id}`, { apps: [another] }, key)).status, 403)
  const widened = await hub.call('PATCH', `/webhooks/${own.json.id}`, { apps: null }, key)
  deepEqual(widened.json.apps, [hub.miniAppId])
  const wide = await hub.call('POST', '/webhooks', { url })
  equal((await hub.call('GET', `/webhooks/${wide.json.id}`, undefined, key)).status, 404)
  const seen = (await hub.call('GET', '/webhooks', undefined, key)).json.items as object[]
  equal(seen.length, 1)
})
