import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { openDatabase } from '../../src/database/database.ts'
import { beginErasureOfMember } from '../../src/hub/people/erase-person.ts'
import { startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'
import { planted } from '../support/personal-leak.ts'
import { readValues } from '../support/read-values.ts'
import { tester } from '../support/tester.ts'
import { countKeys, toLocation } from './open-person.ts'

const dayMs = 24 * 60 * 60 * 1000

testOnBoth('exports and erases a member whom no user is bound to', async (t, engine) => {
  const now = Date.now()
  const hub = await startApiHub(t, engine, { now: () => now })
  const { id: tenantId } = await hub.hub.tenants.add('one')
  const { typedPhone: _typed, ...personal } = planted
  const memberId = await hub.hub.members.create({ tenantId, number: 'planted-number', personal }, tester)
  const path = `/members/${memberId}`
  const stranger = await hub.makeKey({ tenantId: (await hub.hub.tenants.add('other')).id })
  const limited = await hub.makeKey({ apps: [await hub.makeApp(tenantId)] })
  const unscoped = await hub.makeKey({
    tenantId,
    scopes: ['members:read', 'members:write', 'members:reveal'],
  })
  for (const [key, status] of [
    [stranger, 404],
    [limited, 404],
    [unscoped, 403],
  ] as const) {
    equal((await hub.call('GET', `${path}/export`, undefined, key)).status, status)
    equal((await hub.call('DELETE', path, undefined, key)).status, status)
  }
  const own = await hub.makeKey({ tenantId, scopes: ['privacy'] })
  const exported = await hub.call('GET', `${path}/export`, undefined, own)
  equal(exported.status, 200, exported.text)
  match(String(exported.headers.get('content-disposition')), /attachment; filename="member-\d+\.json"/)
  for (const held of ['planted-number', ...Object.values(personal)]) ok(exported.text.includes(held), held)

  // A process that is killed before it destroys the key is followed by the job.
  await using database = await openDatabase(toLocation(engine, hub.database.url))
  const deps = {
    database,
    personKeys: { destroy: async () => true },
    keyBackupMs: 30 * dayMs,
    now: () => now,
  }
  await beginErasureOfMember(deps, { memberId, tenantId, actor: tester })
  equal(await countKeys(hub), 1)
  equal(await hub.hub.people.resumeErasures(), 1)
  equal(await countKeys(hub), 0)

  const { json: receipt, status } = await hub.call('DELETE', path, undefined, own)
  equal(status, 200)
  equal(receipt.memberId, memberId)
  equal(receipt.keysBackupLapsesAt, Math.floor((now + 30 * dayMs) / 1000))
  deepEqual((await hub.call('DELETE', path)).json, receipt)
  equal((await hub.call('GET', `${path}/export`)).status, 404)
  equal((await hub.call('PATCH', path, { cardState: 'active' })).status, 409)
  const { name, cardState, number } = (await hub.call('GET', path)).json
  deepEqual([name, cardState, number], [null, 'void', `M${String(memberId).padStart(8, '0')}`])
  const dump = await hub.database.dump()
  for (const mark of ['planted-number', ...Object.values(personal)]) equal(dump.includes(mark), false, mark)
  const { text } = await hub.call('GET', `/audit?subject=member:${memberId}`)
  for (const action of ['member.exported', 'member.erased']) ok(text.includes(action), action)
  notEqual(await hub.hub.members.create({ tenantId, personal }, tester), memberId)
  equal((await hub.call('DELETE', '/members/999999')).status, 404)
})

testOnBoth('erases no member that is bound, but names its user, who takes it along', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const app = await hub.hub.apps.get(hub.miniAppId)
  const login = await hub.logIn()
  const identityId = await hub.identityId(login.token)
  const memberId = await hub.hub.buyers.register(app, identityId, { name: 'x', phone: '13912345678' }, tester)
  const refused = await hub.call('DELETE', `/members/${memberId}`)
  equal(refused.status, 409)
  match(String(refused.json.detail), new RegExp(`bound to user ${login.user.id}\\b`))
  const { json } = await hub.call('GET', `/members/${memberId}/export`)
  deepEqual(json.boundTo, [{ userId: login.user.id, appId: app.appId }])
  equal((await hub.hub.members.find(memberId))?.name, 'x***')

  const { json: receipt } = await hub.call('DELETE', `/people/${login.user.id}`)
  const { userId, ...same } = receipt
  equal(userId, login.user.id)
  deepEqual((await hub.call('DELETE', `/members/${memberId}`)).json, { ...same, memberId })

  // Once it is bound to nobody, it goes alone, and the history of its bindings stays.
  const second = await hub.logIn(app.appId, 'u2')
  const other = await hub.identityId(second.token)
  const next = await hub.hub.buyers.register(app, other, { name: 'y', phone: '13912345678' }, tester)
  await hub.hub.buyers.unbind(app, other, tester)
  equal((await hub.call('DELETE', `/members/${next}`)).status, 200)
  equal((await hub.call('GET', '/me', undefined, second.token)).status, 200)
  const history = await readValues(hub.database, 'select member_id as value from member_bindings order by id')
  deepEqual(history, [memberId, next].map(String))
})
