import { equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'

const hour = 3_600_000

testOnBoth('slides a session with its use, but not beyond 30 days after the login', async (t, engine) => {
  let now = Date.now()
  const hub = await startHub(t, { engine, now: () => now })
  const { appid } = await hub.sandbox.app('mini_program')
  const start = now
  const token = await login(hub)
  while (now + 1.9 * hour < start + 720 * hour) {
    now += 1.9 * hour
    await hub.hub.sessions.verify(token, appid)
  }
  now = start + 720 * hour + 1
  await rejects(hub.hub.sessions.verify(token, appid), { code: 'session_expired' })
})

test('writes a session at most every five minutes, however often it is used', async (t) => {
  let now = Date.now()
  const hub = await startHub(t, { now: () => now })
  const { appid } = await hub.sandbox.app('mini_program')
  const token = await login(hub)
  const { expiresAt } = await hub.hub.sessions.verify(token, appid)
  now += 299_000
  equal((await hub.hub.sessions.verify(token, appid)).expiresAt, expiresAt)
  now += 2000
  equal((await hub.hub.sessions.verify(token, appid)).expiresAt, now + 2 * hour)
})

test('refuses a session on every node within a second of its revocation', async (t) => {
  const database = await createDatabase(t, 'postgres')
  const one = await startHub(t, { database })
  const two = await startHub(t, { database, sandbox: one.sandbox })
  const { appid } = await one.sandbox.app('mini_program')
  const token = await login(one)
  const path = `/wx/mini/v1/${appid}/openId?token=${token}`
  equal(((await two.get(path)).body as { code: number }).code, 200)
  await one.hub.sessions.revoke(token)
  equal(((await one.get(path)).body as { code: number }).code, 1000)
  await delay(1000)
  equal(((await two.get(path)).body as { code: number }).code, 1000)
})

test('puts a mount in force on every node within a second, and takes it out again', async (t) => {
  const database = await createDatabase(t, 'postgres')
  const one = await startHub(t, { database })
  const two = await startHub(t, { database, sandbox: one.sandbox })
  const { appid: appId } = await one.sandbox.app('mini_program')
  const path = '/fruit/api/v1'
  const mount = await one.hub.mounts.add({ contract: 'commcn', path, appId, options: { envelope: 'ginrpc' } })
  await delay(1000)
  const jscode = await two.loginCode()
  const reply = await two.post(`${path}/weixin.oauth`, { jscode })
  ok((reply.body as { state: boolean }).state)
  await one.hub.mounts.remove(mount.id)
  await delay(1000)
  equal((await two.post(`${path}/weixin.oauth`, { jscode })).status, 404)
})

async function login(hub: TestHub): Promise<string> {
  const { body } = await hub.post('/commcn/api/v1/weixin.oauth', { jscode: await hub.loginCode() })
  return (body as { session_id: string }).session_id
}
