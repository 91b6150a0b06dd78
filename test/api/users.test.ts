import { deepEqual, equal } from 'node:assert/strict'
import type { ApiKeyInput } from '../../src/hub/api-keys/api-keys.ts'
import type { Json } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { type ApiHub, adminKey, startApiHub } from './api-hub.ts'

testOnBoth('finds users by openId and unionId, each tenant its own', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { openId, user, token } = await hub.logIn()
  const { unionId } = (await hub.call('GET', '/me', undefined, token)).json
  const other = await hub.hub.tenants.add('other')
  const otherUser = (await hub.logIn(await hub.makeApp(other.id), 'u1')).user
  const key = await hub.makeKey({ scopes: ['users:read'], tenantId: other.id })
  const find = async (query: string, credential?: string) => {
    const { json } = await hub.call('GET', `/users?${query}`, undefined, credential)
    return (json.items as { id: number }[]).map(({ id }) => id)
  }
  deepEqual(await find(`openId=${openId}`), [user.id])
  deepEqual(await find(`openId=${openId}&appId=${hub.miniAppId}`), [user.id])
  deepEqual(await find(`openId=${openId}&appId=wx_another`), [])
  deepEqual(await find(`unionId=${unionId}`), [user.id, otherUser.id])
  deepEqual(await find(`unionId=${unionId}`, key), [otherUser.id])
  deepEqual(await find(`openId=${openId}`, key), [])
  equal((await hub.call('GET', `/users/${user.id}`, undefined, key)).status, 404)
})

testOnBoth('lists users in pages, to each key those in its reach', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const other = await hub.hub.tenants.add('other')
  const otherApp = await hub.makeApp(other.id)
  const added = [(await hub.logIn(otherApp)).user.id, (await hub.logIn(otherApp, 'u2')).user.id]
  const list = async (query: string, key?: Partial<ApiKeyInput>) => {
    const credential = key && (await hub.makeKey({ scopes: ['users:read'], ...key }))
    const { json, status } = await hub.call('GET', `/users?${query}`, undefined, credential)
    equal(status, 200)
    return { ids: (json.items as { id: number }[]).map(({ id }) => id), next: json.next }
  }
  const demo = await list('', { tenantId: 1 })
  equal(demo.ids.length, 3)
  deepEqual((await list('')).ids, [...demo.ids, ...added])
  deepEqual((await list('', { tenantId: other.id })).ids, added)
  deepEqual((await list('', { tenantId: other.id, apps: [otherApp] })).ids, added)
  deepEqual((await list(`appId=${otherApp}`)).ids, added)
  deepEqual((await list(`appId=${otherApp}`, { tenantId: 1 })).ids, [])
  deepEqual((await list(`appId=${hub.miniAppId}`, { tenantId: other.id, apps: [otherApp] })).ids, [])
  const known = (await hub.hub.apps.list()).map(({ appId }) => appId)
  const ofDemo = { apps: known.filter((appId) => appId !== otherApp) }
  const some = await list('limit=2', ofDemo)
  deepEqual(some.ids, demo.ids.slice(0, 2))
  deepEqual((await list(`limit=2&after=${some.next}`, ofDemo)).ids, demo.ids.slice(2))
  const first = await list('limit=4')
  deepEqual((await list(`limit=4&after=${first.next}`)).ids, [added[1]])
})

testOnBoth('knows the users of the sandbox before they log in, by their ids alone', async (t, engine) => {
  const database = await createDatabase(t, engine)
  const hub = await startApiHub(t, engine, { database })
  const { sandbox, miniAppId } = hub
  const [u1] = (await sandbox.control('GET', '/users')) as unknown as [{ unionid: string; openids: Json }]
  const [known, u2, u3] = await listUsers(hub)
  deepEqual([known?.unionId, known?.nickname], [u1.unionid, ''])
  const { identities } = (await hub.call('GET', `/users/${known?.id}`)).json as { identities: Json[] }
  deepEqual(Object.fromEntries(identities.map(({ appId, openId }) => [appId, openId])), u1.openids)
  const id = identities.find(({ appId }) => appId === miniAppId)?.id
  const openId = u1.openids[miniAppId]
  const getBuyer = (from: typeof hub) =>
    from.get(`/api/weixin/wxbuyinguser/getbyopenid?openId=${openId}`, { authorization: `Bearer ${adminKey}` })
  const blank = { tenantId: 1, name: '', profile: '', phone: '', memberId: 0 }
  deepEqual((await getBuyer(hub)).body, { ...blank, openId, id })

  const login = await hub.post('/shares/api/v1/weixin.oauth', { jscode: await hub.loginCode('u3') })
  const { sessionId } = login.body as Json
  const bearer = { authorization: `Bearer ${sessionId}` }
  const { rg, only20, capacity } = (await hub.post('/shares/api/v1/weixin.get_user_info', {}, bearer))
    .body as Json
  deepEqual([rg, only20, capacity], [true, false, 5], 'the settings of a first login')

  equal((await hub.call('DELETE', `/people/${known?.id}`)).status, 200)
  await sandbox.control('POST', '/users', { id: 'u4' })
  await hub.close()
  const again = await startApiHub(t, engine, { database, sandbox })
  const present = await listUsers(again)
  deepEqual([present[0]?.id, present[1]?.id, present.length], [u2?.id, u3?.id, 3])
  equal((await getBuyer(again)).status, 404, 'who was erased stays away')
})

async function listUsers(hub: ApiHub): Promise<Json[]> {
  return (await hub.call('GET', '/users')).json.items as Json[]
}

testOnBoth('ends all sessions of a user', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token, user } = await hub.logIn()
  await hub.logIn()
  const limited = await hub.makeKey({ apps: [hub.miniAppId] })
  equal((await hub.call('DELETE', `/users/${user.id}/sessions`, undefined, limited)).status, 403)
  deepEqual((await hub.call('DELETE', `/users/${user.id}/sessions`)).json, { ended: 2 })
  equal((await hub.call('GET', '/me', undefined, token)).status, 401)
})

testOnBoth('undoes the newest merge: identities, unionId and profile go back', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { first, second, unionId } = await mergeTwo(hub)
  const kept = (await hub.call('GET', `/users/${first.user.id}`)).json
  deepEqual([kept.unionId, kept.nickname, kept.city], [unionId, 'second', '深圳'])
  // Whoever kept the other id still finds the person.
  deepEqual((await hub.call('GET', `/users/${second.user.id}`)).json, kept)
  equal((await hub.call('POST', `/users/${second.user.id}/unmerge`)).status, 404)

  const answers = await Promise.all([1, 2].map(() => hub.call('POST', `/users/${first.user.id}/unmerge`)))
  deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
  const undone = answers.find(({ status }) => status === 200)?.json as Record<string, Record<string, unknown>>
  const { user, restored } = undone
  deepEqual([user?.id, user?.unionId, user?.nickname, user?.city], [first.user.id, null, '', '深圳'])
  deepEqual([restored?.id, restored?.unionId, restored?.nickname], [second.user.id, unionId, 'second'])

  const userOf = async (openId: string) => {
    const { json } = await hub.call('GET', `/users?openId=${openId}`)
    return (json.items as { id: number }[]).map(({ id }) => id)
  }
  deepEqual(await userOf(first.openId), [first.user.id])
  deepEqual(await userOf(second.openId), [second.user.id])
  equal((await hub.call('POST', `/users/${first.user.id}/unmerge`)).json.code, 'conflict')
})

/** The first app is bound to the open platform only after its first login, so WeChat tells the unionId late. */
async function mergeTwo(hub: ApiHub) {
  const { id: tenantId } = await hub.hub.tenants.ensure()
  const late = await hub.makeApp(tenantId, 'mini_program', false)
  const { id } = await hub.sandbox.control('POST', '/users', {})
  const first = await hub.logIn(late, String(id))
  await hub.call('PATCH', '/me', { city: '深圳' }, first.token)
  const second = await hub.logIn(hub.miniAppId, String(id))
  await hub.call('PATCH', '/me', { nickname: 'second', city: '北京' }, second.token)
  const { unionId } = (await hub.call('GET', '/me', undefined, second.token)).json
  const app = await hub.hub.apps.get(late)
  await hub.hub.users.record({ app, openId: first.openId, unionId: String(unionId) })
  return { first, second, unionId }
}
