import { deepEqual, equal, ok } from 'node:assert/strict'
import { testOnBoth } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'

const base = '/shares/api/v1'

async function logIn(
  hub: TestHub,
  path = base,
  kind = 'mini_program',
  user = 'u1',
): Promise<Record<string, string>> {
  const jscode = await hub.loginCode(user, kind)
  const { body } = await hub.post(`${path}/weixin.oauth`, { jscode })
  return { authorization: `Bearer ${(body as { sessionId: string }).sessionId}` }
}

const set = (hub: TestHub, session: Record<string, string>, key: string, value: string) =>
  hub.post(`${base}/weixin.upset_user_info`, { key, value }, session)

async function show(hub: TestHub, session: Record<string, string>): Promise<Record<string, unknown>> {
  return (await hub.post(`${base}/weixin.get_user_info`, {}, session)).body as Record<string, unknown>
}

testOnBoth('keeps a phone number sealed', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const session = await logIn(hub)
  equal((await set(hub, session, 'phone', '+85251234567')).status, 200)
  const { phone, openid } = await show(hub, session)
  equal(phone, '+85251234567')
  const dump = await hub.database.dump()
  ok(dump.includes(String(openid)))
  equal(dump.includes('51234567'), false)
})

testOnBoth('loses none of many settings that are changed at once', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const session = await logIn(hub)
  const changes: [string, string][] = [
    ['rg', 'false'],
    ['only20', 'true'],
    ['group', 'x'],
    ['phone', '13800000001'],
  ]
  await Promise.all(changes.map(([key, value]) => set(hub, session, key, value)))
  const { rg, only20, group, phone, capacity } = await show(hub, session)
  deepEqual(
    { rg, only20, group, phone, capacity },
    { rg: false, only20: true, group: 'x', phone: '13800000001', capacity: 5 },
  )
})

testOnBoth('brings settings and phone along when users become one', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const { hub: core, sandbox } = hub
  const mini = await sandbox.app('mini_program')
  const open = await sandbox.app('open_app')
  const newcomer = String((await sandbox.control('POST', '/users', {})).id)
  // The user of the open app is the older one, and so the one that stays.
  const code = await hub.loginCode(newcomer, 'open_app')
  await hub.get(`/wx/v1/${open.appid}/${open.secret}/oauth2?code=${code}`)
  await sandbox.control('POST', '/apps', { appid: mini.appid, openPlatform: null })
  const session = await logIn(hub, base, 'mini_program', newcomer)
  await set(hub, session, 'phone', '13800000001')
  await set(hub, session, 'group', 'x')
  const token = String(session.authorization).slice('Bearer '.length)
  const before = await core.sessions.verify(token, mini.appid)
  await sandbox.control('POST', '/apps', { appid: mini.appid, openPlatform: 'demo' })
  const after = await core.sessions.verify(
    String((await logIn(hub, base, 'mini_program', newcomer)).authorization).slice('Bearer '.length),
    mini.appid,
  )
  ok(after.userId !== before.userId)
  const { phone, settings } = await core.users.getPerson(after.userId)
  deepEqual({ phone, group: settings.group, rg: settings.rg }, { phone: '13800000001', group: 'x', rg: true })
})
