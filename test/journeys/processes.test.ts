import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, createEmptyDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment, testMasterKeys } from '../support/hub.ts'
import { createHubClient } from '../support/hub-client.ts'
import { startHubProcess } from '../support/hub-process.ts'

testOnBoth('starts four processes at once on an empty database', async (t, engine) => {
  const sandbox = await openSandbox(t)
  const env = hubEnvironment(await createEmptyDatabase(t, engine), sandbox.url)
  const hubs = await Promise.all([1, 2, 3, 4].map(() => startHubProcess(t, env)))
  const jscode = await createHubClient('', sandbox).loginCode()
  for (const { url } of hubs) {
    const reply = await createHubClient(url, sandbox).post('/commcn/api/v1/weixin.oauth', { jscode })
    equal(reply.status, 200, reply.text)
  }
})

testOnBoth('keeps every acknowledged login through kill -9', async (t, engine) => {
  const sandbox = await openSandbox(t)
  const { appid } = await sandbox.app('mini_program')
  const env = hubEnvironment(await createDatabase(t, engine), sandbox.url)
  const first = await startHubProcess(t, env)
  const client = createHubClient(first.url, sandbox)
  const tokens: string[] = []
  for (let count = 0; count < 20; count += 1) {
    const reply = await client.post('/commcn/api/v1/weixin.oauth', { jscode: await client.loginCode() })
    tokens.push((reply.body as { session_id: string }).session_id)
  }
  first.kill('SIGKILL')
  await first.exited
  const second = await startHubProcess(t, env)
  for (const token of tokens) {
    const reply = await createHubClient(second.url, sandbox).get(`/wx/mini/v1/${appid}/openId?token=${token}`)
    equal((reply.body as { code: number }).code, 200)
  }
})

test('finishes what is under way when it is told to stop', async (t) => {
  const sandbox = await openSandbox(t)
  const hub = await startHubProcess(t, hubEnvironment(await createDatabase(t, 'sqlite'), sandbox.url))
  const client = createHubClient(hub.url, sandbox)
  await sandbox.fault({ path: '/sns/jscode2session', latencyMs: 800 })
  const underWay = client.post('/commcn/api/v1/weixin.oauth', { jscode: await client.loginCode() })
  while ((await client.upstreamCalls('/sns/jscode2session')) === 0);
  hub.kill('SIGTERM')
  const stoppedAt = Date.now()
  equal((await underWay).status, 200)
  deepEqual(await hub.exited, [0, null])
  // The client's connection is kept alive: it must not hold the process for another minute.
  ok(Date.now() - stoppedAt < 5000)
})

test('goes on while the master key is rotated, and starts with the new key alone', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'sqlite')
  const env = hubEnvironment(database, sandbox.url)
  const hub = await startHubProcess(t, env)
  const login = async (url: string) => {
    const client = createHubClient(url, sandbox)
    const reply = await client.post('/commcn/api/v1/weixin.oauth', { jscode: await client.loginCode() })
    equal(reply.status, 200, reply.text)
  }
  await login(hub.url)

  const newKey = `new:${randomBytes(32).toString('base64')}`
  const rotation = wehub(['keys', 'rotate-master', '--json'], {
    ...env,
    WEHUB_MASTER_KEYS: `${newKey},${testMasterKeys}`,
  })
  equal(rotation.status, 0, rotation.stderr)
  equal(JSON.parse(rotation.stdout).masterKeyId, 'new')
  ok(JSON.parse(rotation.stdout).resealed >= 4)
  await login(hub.url)
  hub.kill('SIGTERM')
  await hub.exited

  const renewed = await startHubProcess(t, { ...env, WEHUB_MASTER_KEYS: newKey })
  await login(renewed.url)
  const refused = startHubProcess(t, env).then(
    () => 'started',
    (error: Error) => error.message,
  )
  match(await refused, /sealed with master key "new", which is not among the keys given/)
})

test('refuses a database of the other mode, and names all wrong settings together', async (t) => {
  const sandbox = await openSandbox(t)
  const env = hubEnvironment(await createDatabase(t, 'sqlite'), sandbox.url)
  const hub = await startHubProcess(t, env)
  hub.kill('SIGTERM')
  await hub.exited
  const live = { ...env, WEHUB_WECHAT: 'live', WEHUB_PUBLIC_URL: 'https://hub.example.com' }
  match(await failureOf(startHubProcess(t, live)), /belongs to a sandbox hub/)
  const wrong = { ...env, WEHUB_PORT: '70000', WEHUB_ADMIN_KEY: 'short', WEHUB_HOST: '0.0.0.0' }
  const message = await failureOf(startHubProcess(t, wrong))
  for (const name of ['WEHUB_PORT', 'WEHUB_ADMIN_KEY', 'WEHUB_HOST']) match(message, new RegExp(name))
})

function failureOf(start: Promise<unknown>): Promise<string> {
  return start.then(
    () => 'it started',
    (error: Error) => error.message,
  )
}

function wehub(args: string[], env: Record<string, string>) {
  return spawnSync(process.execPath, ['wehub.js', ...args], { env, encoding: 'utf8' })
}
