import { deepEqual, equal, ok } from 'node:assert/strict'
import { basename } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, query, type TestDatabase } from '../support/database.ts'
import { hubEnvironment, startHub } from '../support/hub.ts'
import { createHubClient, type HubClient } from '../support/hub-client.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { onEnd } from '../support/on-end.ts'
import { readValues } from '../support/read-values.ts'

const unlimited = '/wxa/getwxacodeunlimit'
const adminKey = `whk_${'a'.repeat(40)}`

test('asks WeChat once when 200 callers want one new code over two processes', async (t) => {
  const { sandbox, database, processes, clients } = await startTwo(t)
  const [first, second] = clients
  await sandbox.fault({ path: unlimited, latencyMs: 500, times: 1 })
  const hashes = await Promise.all(
    Array.from({ length: 200 }, (_, at) => makeCode(at % 2 === 0 ? first : second)),
  )
  equal(new Set(hashes).size, 1)
  equal(await first.upstreamCalls(unlimited), 1)

  // Known: nothing is asked and nothing is written, also by a process that is new.
  const before = await readValues(database, 'select xmin::text || ctid::text as value from qr_codes')
  equal(before.length, 1)
  processes[0].kill('SIGTERM')
  await processes[0].exited
  const third = createHubClient((await startHubProcess(t, environment(database, sandbox.url))).url, sandbox)
  for (const client of [second, third]) equal(await makeCode(client), hashes[0])
  const image = await fetch(`${third.url}/qrcodes/${hashes[0]}`)
  equal(image.status, 200)
  deepEqual(await readValues(database, 'select xmin::text || ctid::text as value from qr_codes'), before)
  equal(await second.upstreamCalls(unlimited), 1)
})

test('makes the code in the other process when the one that asked WeChat is killed', async (t) => {
  const { sandbox, database, processes, clients } = await startTwo(t)
  const [first, second] = clients
  await sandbox.fault({ path: unlimited, latencyMs: 5000, times: 1 })
  const dead = makeCode(first).then(
    () => 'made',
    () => 'cut off',
  )
  await until(async () => (await second.upstreamCalls(unlimited)) === 1)
  processes[0].kill('SIGKILL')
  await processes[0].exited
  equal(await dead, 'cut off')

  let isMade = false
  const waiting = makeCode(second).finally(() => {
    isMade = true
  })
  // The lease goes on without its holder, and is respected.
  const leases = await query(database.url, 'select lease_until as value from qr_codes')
  equal(leases.length, 1)
  ok(Number(leases[0]) > Date.now())
  await makeCode(second, 'id=2')
  equal(isMade, false)
  equal(await second.upstreamCalls(unlimited), 2)
  await query(database.url, `update qr_codes set lease_until = ${Date.now() - 1} where content_hash is null`)
  const hash = await waiting
  equal(await second.upstreamCalls(unlimited), 3)
  equal((await fetch(`${second.url}/qrcodes/${hash}`)).status, 200)
})

test('asks WeChat once for 200 callers on SQLite, and writes nothing for a code that is known', async (t) => {
  const hub = await startHub(t, { env: { WEHUB_ADMIN_KEY: adminKey } })
  await hub.sandbox.fault({ path: unlimited, latencyMs: 300, times: 1 })
  const hashes = await Promise.all(Array.from({ length: 200 }, () => makeCode(hub)))
  equal(new Set(hashes).size, 1)
  equal(await hub.upstreamCalls(unlimited), 1)

  // SQLite counts the commits of all other connections.
  const watcher = new DatabaseSync(hub.database.url.slice('sqlite:'.length), { readOnly: true })
  onEnd(t, () => watcher.close())
  const version = () => watcher.prepare('pragma data_version').get()?.data_version
  const before = version()
  for (let count = 0; count < 50; count += 1) equal(await makeCode(hub), hashes[0])
  equal(version(), before)
  await makeCode(hub, 'id=2')
  ok(version() !== before)
  equal(await hub.upstreamCalls(unlimited), 2)
})

async function startTwo(t: TestContext) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'postgres')
  const env = environment(database, sandbox.url)
  const processes = await Promise.all([startHubProcess(t, env), startHubProcess(t, env)])
  const [first, second] = processes
  const clients = [createHubClient(first.url, sandbox), createHubClient(second.url, sandbox)] as const
  return { sandbox, database, processes, clients }
}

function environment(database: TestDatabase, sandboxUrl: string): Record<string, string> {
  return { ...hubEnvironment(database, sandboxUrl), WEHUB_ADMIN_KEY: adminKey }
}

/** The hash of the code's image. */
async function makeCode(client: Pick<HubClient, 'post'>, scene = 'id=1'): Promise<string> {
  const body = { page: 'pages/index/index', scene }
  const credential = { authorization: `Bearer ${adminKey}` }
  const answer = await client.post('/commcn/api/v1/weixin.get_qrcode', body, credential)
  equal(answer.status, 200, answer.text)
  return basename((answer.body as { url: string }).url)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const startedAt = Date.now()
  while (!(await isSo())) ok(Date.now() - startedAt < 10_000, 'waited in vain')
}
