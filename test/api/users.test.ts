import { deepEqual, equal } from 'node:assert/strict'
import { testOnBoth } from '../support/database.ts'
import { type ApiHub, startApiHub } from './api-hub.ts'

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
  equal((await hub.call('GET', '/users')).json.detail, 'unionId or openId is missing')
})

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
  const first = await hub.logIn(late)
  await hub.call('PATCH', '/me', { city: '深圳' }, first.token)
  const second = await hub.logIn()
  await hub.call('PATCH', '/me', { nickname: 'second', city: '北京' }, second.token)
  const { unionId } = (await hub.call('GET', '/me', undefined, second.token)).json
  const app = await hub.hub.apps.get(late)
  await hub.hub.users.record({ app, openId: first.openId, unionId: String(unionId) })
  return { first, second, unionId }
}
