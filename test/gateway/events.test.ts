import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'
import { toXml } from '../support/push.ts'
import { openGateway } from './open-gateway.ts'

const everybody = { tenantId: null, apps: null }
const event = { ToUserName: 'gh_1', MsgType: 'event', EventKey: '' }

testOnBoth('takes what the sandbox pushes, in each mode, and stores a repeat once', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { appid } = await hub.sandbox.app('official_account')
  const { token, encodingAesKey } = (await findApp(hub.sandbox, appid)) as Record<string, string>
  for (const mode of ['plain', 'compatible', 'safe']) {
    await hub.sandbox.control('POST', '/apps', { appid, gatewayMode: mode })
    const change = await hub.call('PATCH', `/apps/${appid}`, { gateway: { mode, token, encodingAesKey } })
    deepEqual(change.json.gateway, { mode, url: `${hub.url}/gateway/${appid}` })
    const sent = { appid, type: 'text', content: `in mode ${mode}`, times: 3 }
    equal((await hub.sandbox.control('POST', '/users/u1/message', sent)).body, 'success', mode)
  }
  const { items } = (await hub.call('GET', `/messages?appId=${appid}&kind=text`)).json as {
    items: { content: { content: string } }[]
  }
  deepEqual(
    items.map(({ content }) => content.content),
    ['in mode safe', 'in mode compatible', 'in mode plain'],
  )
})

testOnBoth('greets a new follower, encrypted, in a form that WeChat understands', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { appid } = await hub.sandbox.app('official_account')
  const { path, id } = (await hub.hub.mounts.list()).find(({ contract }) => contract === 'boilerplate') ?? {}
  const welcomeText = '欢迎 ]]> <b>你</b>'
  await hub.hub.mounts.change(id ?? 0, { options: { welcomeText } })
  for (const prefix of ['/wechat/api/v1', '/api/v1']) {
    const gatewayUrl = `${hub.url}${path}${prefix}/wechat-mp/gateway`
    await hub.sandbox.control('POST', '/apps', { appid, gatewayUrl })
    const answer = await hub.sandbox.control('POST', '/users/u2/message', {
      appid,
      type: 'event',
      event: 'subscribe',
    })
    ok(JSON.stringify(answer).includes('欢迎 ]]> <b>你</b>'), JSON.stringify(answer))
    equal(
      (await hub.sandbox.control('POST', '/users/u2/message', { appid, type: 'text', content: 'x' })).body,
      'success',
    )
  }
})

testOnBoth('knows who follows the account, whatever order the events come in', async (t, engine) => {
  const { push, appId, hub, stored, call } = await openGateway(t, engine)
  const { openId } = await hub.users.record({
    app: await hub.apps.get(appId),
    openId: 'o_known',
    unionId: null,
  })
  const tell = (Event: string, CreateTime: number, FromUserName = openId) =>
    push(toXml({ ...event, FromUserName, CreateTime, Event }))
  const since = async (id = openId) => {
    const [user] = (await call('GET', `/users?openId=${id}`)).json.items as { id: number }[]
    if (user === undefined) return 'nobody'
    const { identities } = (await call('GET', `/users/${user.id}`)).json
    return (identities as { subscribedAt: number | null }[])[0]?.subscribedAt
  }

  await tell('subscribe', 1_790_000_000)
  equal(await since(), 1_790_000_000)
  await tell('unsubscribe', 1_790_000_100)
  equal(await since(), null)
  await tell('subscribe', 1_790_000_050)
  equal(await since(), null, 'an older event comes late')
  await tell('subscribe', 1_790_000_200)
  equal(await since(), 1_790_000_200)

  await tell('subscribe', 1_790_000_300, 'o_later')
  equal(await since('o_later'), 'nobody', 'a follower is no user yet')
  await hub.users.record({ app: await hub.apps.get(appId), openId: 'o_later', unionId: null })
  equal(await since('o_later'), 1_790_000_300)
  equal((await stored()).length, 5)
})

testOnBoth(
  'does not lose an event that comes while its person logs in for the first time',
  async (t, engine) => {
    const { push, appId, hub, call } = await openGateway(t, engine)
    const told = { ...event, FromUserName: 'o_new', Event: 'subscribe', CreateTime: 1_790_000_000 }
    let pushed: Promise<unknown> = Promise.resolve()
    const app = await hub.apps.get(appId)
    const { userId } = await hub.users.record({ app, openId: 'o_new', unionId: null }, async () => {
      pushed = push(toXml(told))
      // Either it is stored before the login is, or it waits for the login's end.
      await Promise.race([pushed, delay(300)])
    })
    await pushed
    const { identities } = (await call('GET', `/users/${userId}`)).json
    equal((identities as { subscribedAt: number | null }[])[0]?.subscribedAt, 1_790_000_000)
  },
)

testOnBoth('forgets a person who takes back what the app was allowed', async (t, engine) => {
  const gateway = await openGateway(t, engine, 'safe', { kind: 'mini_program' })
  const { push, appId, logIn, call, hub } = gateway
  const { token, openId, user } = await logIn(appId)
  const other = await logIn(appId, 'u2')
  await hub.users.improveProfile(await gateway.identityId(token), { nickname: '林小满', city: '广州' })
  const revoked = { ...event, FromUserName: 'o_service', Event: 'user_authorization_revoke', OpenID: openId }
  const answer = await push(JSON.stringify({ ...revoked, CreateTime: 1790000000, RevokeInfo: '1' }))
  equal(answer.text, 'success')
  equal((await call('GET', '/me', undefined, token)).status, 401)
  equal((await call('GET', '/me', undefined, other.token)).status, 200)
  const { nickname, city } = await hub.users.getProfile(user.id)
  deepEqual([nickname, city], ['', ''])
  equal((await hub.users.search({ openId, limit: 1 }, everybody)).length, 1)
})

test('shows messages to keys of their tenant and app, and filters them', async (t) => {
  const { push, appId, tenantId, makeApp, makeKey, call } = await openGateway(t)
  for (const [at, id] of ['o_1', 'o_2', 'o_1'].entries()) {
    const fields = {
      ToUserName: 'gh_1',
      FromUserName: id,
      CreateTime: 1790000000 + at,
      MsgType: 'text',
      MsgId: String(at),
    }
    equal((await push(toXml({ ...fields, Content: `message ${at}` }))).status, 200)
  }
  await push(toXml({ ...event, FromUserName: 'o_1', CreateTime: 1790000009, Event: 'CLICK', EventKey: 'k' }))
  const texts = async (query: string, key?: string) => {
    const { json } = await call('GET', `/messages${query}`, undefined, key)
    return (json.items as { event: string | null; content: { content?: string } }[]).map(
      (one) => one.content.content ?? one.event,
    )
  }
  deepEqual(await texts(''), ['CLICK', 'message 2', 'message 1', 'message 0'])
  deepEqual(await texts('?openId=o_1&kind=text'), ['message 2', 'message 0'])
  deepEqual(await texts('?event=CLICK'), ['CLICK'])
  deepEqual(await texts('?appId=wx_other'), [])
  const first = (await call('GET', '/messages?limit=3')).json
  deepEqual(await texts(`?limit=3&after=${first.next}`), ['message 0'])
  const reader = await makeKey({ tenantId, apps: [appId], scopes: ['messages:read'] })
  equal((await texts('', reader)).length, 4)
  const elsewhere = await makeKey({ tenantId, apps: [await makeApp(tenantId)], scopes: ['messages:read'] })
  deepEqual(await texts('', elsewhere), [])
  const [one] = first.items as { id: number; createdAt: number }[]
  equal(one?.createdAt, 1790000009)
  equal((await call('GET', `/messages/${one?.id}`, undefined, reader)).status, 200)
  equal((await call('GET', `/messages/${one?.id}`, undefined, elsewhere)).status, 404)
})

test('sets a gateway up by the API: secrets go in and never out, and a mode that lacks its key is refused', async (t) => {
  const { call, makeApp, tenantId, hub } = await openGateway(t)
  const appId = await makeApp(tenantId)
  const token = 'apiToken77'
  const key = 'Z'.repeat(43)
  const change = (gateway: unknown) => call('PATCH', `/apps/${appId}`, { gateway })
  equal((await change({ mode: 'plain' })).status, 400)
  equal((await change({ mode: 'safe', token })).status, 400)
  equal((await change({ mode: 'safe', token, encodingAesKey: 'short' })).status, 400)
  const set = await change({ mode: 'safe', token, encodingAesKey: key })
  equal(set.status, 200)
  ok(!set.text.includes(token) && !set.text.includes(key))
  equal((await change({ mode: 'compatible' })).status, 200)
  equal((await change({ mode: 'safe', encodingAesKey: 'Y'.repeat(43) })).status, 200)
  const { gateway } = await hub.apps.get(appId)
  deepEqual([gateway?.aesKey?.reveal(), gateway?.previousAesKey?.reveal()], ['Y'.repeat(43), key])
  ok(!`${JSON.stringify(gateway)}`.includes('Y'.repeat(43)))
  deepEqual((await change(null)).json.gateway, null)
  const files = { 'MP_verify_a1B2.txt': 'a1B2' }
  deepEqual((await call('PATCH', `/apps/${appId}`, { verifyFiles: files })).json.verifyFiles, files)
  for (const bad of [{ 'index.html': 'x' }, { 'MP_verify_../x.txt': 'x' }, { 'MP_verify_a.txt': 'ä' }]) {
    equal((await call('PATCH', `/apps/${appId}`, { verifyFiles: bad })).status, 400)
  }
  const openApp = await makeApp(tenantId, 'open_app')
  const refused = await call('PATCH', `/apps/${openApp}`, { gateway: { mode: 'plain', token } })
  match(refused.text, /no messages/)
  equal(refused.status, 400)
})

async function findApp(
  sandbox: { control: (method: string, path: string) => Promise<unknown> },
  appid: string,
) {
  const apps = (await sandbox.control('GET', '/apps')) as { appid: string }[]
  return apps.find((app) => app.appid === appid)
}
