import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'

const exchange = '/sns/jscode2session'
const login = '/commcn/api/v1/weixin.oauth'

testOnBoth(
  'gives 50 parallel logins with one code 50 sessions of one user for one upstream call',
  async (t, engine) => {
    const hub = await startHub(t, { engine })
    const jscode = await hub.loginCode(await addUser(hub))
    const replies = await Promise.all(Array.from({ length: 50 }, () => hub.post(login, { jscode })))
    deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]))
    const sessions = replies.map(({ body }) => body as { session_id: string; open_id: string })
    equal(new Set(sessions.map((one) => one.session_id)).size, 50)
    equal(new Set(sessions.map((one) => one.open_id)).size, 1)
    equal(await hub.upstreamCalls(exchange), 1)
    const first = await sessionOf(hub, sessions[0]?.session_id ?? '')
    const last = await sessionOf(hub, sessions[49]?.session_id ?? '')
    equal(first.userId, last.userId)
  },
)

test('logs everybody in when the same code comes to two nodes at once', async (t) => {
  const database = await createDatabase(t, 'postgres')
  const one = await startHub(t, { database })
  const two = await startHub(t, { database, sandbox: one.sandbox })
  const jscode = await one.loginCode(await addUser(one))
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? one : two).post(login, { jscode })),
  )
  deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]))
  equal(new Set(replies.map(({ body }) => (body as { open_id: string }).open_id)).size, 1)
  ok((await one.upstreamCalls(exchange)) <= 2)
})

test('remembers successes for 10 s and refusals not at all', async (t) => {
  let now = Date.now()
  const hub = await startHub(t, { now: () => now })
  const jscode = await hub.loginCode()
  equal((await hub.post(login, { jscode })).status, 200)
  now += 9000
  equal((await hub.post(login, { jscode })).status, 200)
  equal(await hub.upstreamCalls(exchange), 1)
  now += 2000
  const late = await hub.post(login, { jscode })
  deepEqual([late.status, (late.body as { code: number }).code], [400, 1007])
  equal(await hub.upstreamCalls(exchange), 2)
  await hub.post(login, { jscode })
  equal(await hub.upstreamCalls(exchange), 3)
})

testOnBoth('links the users of two apps as soon as WeChat shows their unionId', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const mini = await hub.sandbox.app('mini_program')
  const open = await hub.sandbox.app('open_app')
  const user = await addUser(hub)
  await hub.sandbox.control('POST', '/apps', { appid: mini.appid, openPlatform: null })
  const before = await sessionOf(hub, await commcnLogin(hub, user))
  equal(before.unionId, null)
  await hub.post(
    '/commcn/api/v1/weixin.update_user_info',
    { nickName: '张三' },
    { authorization: `Bearer ${before.token}` },
  )

  const code = await hub.loginCode(user, 'open_app')
  const mobile = (await hub.get(`/wx/v1/${open.appid}/${open.secret}/ouath2?code=${code}`)).body as {
    data: string
  }
  const other = await sessionOf(hub, mobile.data, open.appid)
  ok(other.userId !== before.userId)
  match(String(other.unionId), /^o[\w-]{27}$/)

  await hub.sandbox.control('POST', '/apps', { appid: mini.appid, openPlatform: 'demo' })
  const after = await sessionOf(hub, await commcnLogin(hub, user))
  equal(after.unionId, other.unionId)
  equal(after.identityId, before.identityId)
  equal(after.userId, Math.min(before.userId, other.userId))
  equal((await hub.hub.users.getProfile(after.userId)).nickname, '张三')
})

test('never makes a profile worse', async (t) => {
  const hub = await startHub(t)
  const token = await commcnLogin(hub)
  const update = (body: unknown) =>
    hub.post('/commcn/api/v1/weixin.update_user_info', body, { authorization: `Bearer ${token}` })
  const avatarUrl = 'https://thirdwx.qlogo.cn/mmopen/vi_32/real/132'
  await update({ nickName: '张三', avatarUrl, gender: 2, city: '广州' })
  const grey =
    'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132'
  await update({ nickName: '微信用户', avatarUrl: grey, gender: 0, city: '' })
  const { userId } = await sessionOf(hub, token)
  const { nickname, avatarUrl: kept, gender, city } = await hub.hub.users.getProfile(userId)
  deepEqual({ nickname, kept, gender, city }, { nickname: '张三', kept: avatarUrl, gender: 2, city: '广州' })
})

test('takes nothing but profile fields into a profile', async (t) => {
  const hub = await startHub(t)
  const token = await commcnLogin(hub)
  const before = await sessionOf(hub, token)
  const body = {
    union_id: 'oSomebodyElse',
    unionId: 'oX',
    tenant_id: 7,
    merged_into: 1,
    id: 9,
    is_demote: true,
    foo: {},
  }
  const reply = await hub.post(
    '/commcn/api/v1/weixin.update_user_info',
    { ...body, city: '广州' },
    { authorization: `Bearer ${token}` },
  )
  equal(reply.text, 'true')
  const again = await sessionOf(hub, await commcnLogin(hub))
  deepEqual([again.unionId, again.userId], [before.unionId, before.userId])
  equal((await hub.hub.users.getProfile(again.userId)).city, '广州')
})

testOnBoth('uses the former secret while a rotation is under way', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const { appid, secret } = await hub.sandbox.app('mini_program')
  const { Secret } = await import('../../src/secret.ts')
  const added = new Secret('0123456789abcdef0123456789abcdef')
  await hub.hub.apps.addSecret(appid, added)
  equal((await hub.post(login, { jscode: await hub.loginCode() })).status, 200)
  const withNew = await hub.get(`/wx/mini/v1/${appid}/${added.reveal()}/access_token`)
  const withOld = await hub.get(`/wx/mini/v1/${appid}/${secret}/access_token`)
  equal((withNew.body as { code: number }).code, 200)
  deepEqual(withNew.body, withOld.body)
})

/** Somebody whom the hub has never heard of: it knows the sandbox's own users from the start. */
async function addUser(hub: TestHub): Promise<string> {
  return String((await hub.sandbox.control('POST', '/users', {})).id)
}

async function commcnLogin(hub: TestHub, user = 'u1'): Promise<string> {
  const { body } = await hub.post(login, { jscode: await hub.loginCode(user) })
  return (body as { session_id: string }).session_id
}

async function sessionOf(hub: TestHub, token: string, appId?: string) {
  const id = appId ?? (await hub.sandbox.app('mini_program')).appid
  return { token, ...(await hub.hub.sessions.verify(token, id)) }
}
