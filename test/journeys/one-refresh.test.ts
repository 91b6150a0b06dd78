import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createWeChat } from '../../src/wechat/wechat.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { startHubProcess } from '../support/hub-process.ts'

const stableToken = '/cgi-bin/stable_token'

test('asks WeChat once when 1,000 cold callers meet over two processes', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const env = hubEnvironment(database, sandbox.url)
  const hubs = await Promise.all([startHubProcess(t, env), startHubProcess(t, env)])
  const { appid, secret } = await sandbox.app('mini_program')

  const replies = await Promise.all(
    Array.from({ length: 1000 }, async (_, index) => {
      const url = hubs[index % 2]?.url ?? ''
      return (await (await fetch(`${url}/wx/mini/v1/${appid}/${secret}/access_token`)).json()) as {
        data: string
      }
    }),
  )
  equal(new Set(replies.map(({ data }) => data)).size, 1)
  const { count } = await sandbox.control('GET', `/calls?path=${stableToken}`)
  equal(count, 1)
})

testOnBoth(
  'survives an invalidated token: 500 parallel calls, one token call, no failure',
  async (t, engine) => {
    const hub = await startHub(t, { engine })
    const { appid, secret } = await hub.sandbox.app('mini_program')
    const wechat = createWeChat({ apiUrl: hub.sandbox.url, payUrls: [], onCall: () => undefined })
    t.after(() => wechat.close())
    const app = await hub.hub.apps.get(appid)
    const credential = { appId: appid, secret: app.secrets[0]?.secret as never }
    const { openId, sessionKey } = await wechat.exchangeLoginCode(credential, await hub.loginCode())
    await hub.hub.accessTokens.current(app)
    const before = await hub.upstreamCalls(stableToken)
    await hub.sandbox.stableToken({ appid, secret, kind: 'mini_program' }, true)

    const calls = Array.from({ length: 500 }, () =>
      hub.hub.accessTokens.use(app, (accessToken) =>
        wechat.checkSessionKey({ accessToken, openId, sessionKey }),
      ),
    )
    const outcomes = await Promise.allSettled(calls)
    deepEqual(
      outcomes.filter(({ status }) => status === 'rejected'),
      [],
    )
    // One of the calls below is the test's own forced refresh.
    equal((await hub.upstreamCalls(stableToken)) - before, 2)
    const rotations = await hub.hub.accessTokens.listRotations(app, 10)
    deepEqual(
      rotations.map(({ version, cause }) => ({ version, cause })),
      [
        { version: 2, cause: 'reported' },
        { version: 1, cause: 'first' },
      ],
    )
  },
)

test('takes over from a process that was killed while it held the lease', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const env = hubEnvironment(database, sandbox.url)
  const [doomed, heir] = await Promise.all([startHubProcess(t, env), startHubProcess(t, env)])
  const { appid, secret } = await sandbox.app('mini_program')
  const path = `/wx/mini/v1/${appid}/${secret}/access_token`
  await sandbox.fault({ path: stableToken, latencyMs: 4000, times: 1 })

  fetch(doomed.url + path).catch(() => undefined)
  await untilCalled(sandbox, stableToken)
  doomed.kill('SIGKILL')
  const startedAt = Date.now()
  const reply = (await (await fetch(heir.url + path)).json()) as { code: number }
  equal(reply.code, 200)
  ok(Date.now() - startedAt < 10_000, `took ${Date.now() - startedAt} ms`)
})

test('never lets a late, older answer replace a newer token', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const slow = await startHub(t, { sandbox, database })
  // To this hub's clock every lease of the other is over.
  const hasty = await startHub(t, { sandbox, database, now: () => Date.now() + 20_000 })
  const { appid, secret } = await sandbox.app('mini_program')
  const path = `/wx/mini/v1/${appid}/${secret}/access_token`
  await sandbox.fault({ path: stableToken, latencyMs: 1500, times: 1 })

  const late = slow.get(path)
  await untilCalled(sandbox, stableToken)
  const first = (await hasty.get(path)).body as { data: string }
  await sandbox.stableToken({ appid, secret, kind: 'mini_program' }, true)
  const app = await hasty.hub.apps.get(appid)
  equal(await hasty.hub.accessTokens.report(app, first.data), true)
  const newest = (await hasty.get(path)).body as { data: string }
  ok(newest.data !== first.data)

  // The late answer held the first token; its asker finds the newest one in the database.
  deepEqual((await late).body, { code: 200, msg: 'ok', data: newest.data, success: true })
  deepEqual((await hasty.get(path)).body, { code: 200, msg: 'ok', data: newest.data, success: true })
  const rotations = await hasty.hub.accessTokens.listRotations(app, 10)
  deepEqual(
    rotations.map(({ version }) => version),
    [2, 1],
  )
})

test('serves a process that was frozen with the lease in its hands what the others got meanwhile', async (t) => {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const env = hubEnvironment(database, sandbox.url)
  const frozen = await startHubProcess(t, env)
  const awake = await startHub(t, { sandbox, database })
  const { appid, secret } = await sandbox.app('mini_program')
  const path = `/wx/mini/v1/${appid}/${secret}/access_token`
  await sandbox.fault({ path: stableToken, latencyMs: 1500, times: 1 })

  const late = fetch(frozen.url + path).then((response) => response.json())
  await untilCalled(sandbox, stableToken)
  frozen.kill('SIGSTOP')
  const first = (await awake.get(path)).body as { data: string }
  await sandbox.stableToken({ appid, secret, kind: 'mini_program' }, true)
  const app = await awake.hub.apps.get(appid)
  equal(await awake.hub.accessTokens.report(app, first.data), true)
  const newest = (await awake.get(path)).body as { data: string }
  ok(newest.data !== first.data)

  frozen.kill('SIGCONT')
  deepEqual(await late, { code: 200, msg: 'ok', data: newest.data, success: true })
  deepEqual((await awake.get(path)).body, { code: 200, msg: 'ok', data: newest.data, success: true })
  const rotations = await awake.hub.accessTokens.listRotations(app, 10)
  deepEqual(
    rotations.map(({ version }) => version),
    [2, 1],
  )
})

async function untilCalled(sandbox: Awaited<ReturnType<typeof openSandbox>>, path: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { count } = await sandbox.control('GET', `/calls?path=${path}`)
    if (Number(count) > 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('WeChat was never called')
}
