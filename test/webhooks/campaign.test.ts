import { deepEqual, equal, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { adminKey } from '../api/api-hub.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, engines, type TestDatabase } from '../support/database.ts'
import { hubEnvironment } from '../support/hub.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { readValues } from '../support/read-values.ts'
import { runs } from '../support/runs.ts'
import { createPush, gatewayToken } from './push.ts'
import { type Received, startSubscriber } from './subscriber.ts'
import { startWebhookHub, until, type WebhookHub } from './webhook-hub.ts'

const pushes = runs(50)
const together = 5
/** Not one of the sandbox, whose settings are made anew at each start. */
const appId = 'wxcampaign0000001'

for (const engine of engines) {
  test(`loses no message when the hub is killed twice and a subscriber fails half of the time (${engine})`, async (t) => {
    const sandbox = await openSandbox(t)
    const database = await createDatabase(t, engine)
    const env = { WEHUB_ADMIN_KEY: adminKey, WEHUB_WEBHOOK_ALLOW: '127.0.0.1' }
    let hub = await startHubProcess(t, { ...hubEnvironment(database, sandbox.url), ...env })
    const gateway = { mode: 'plain', token: gatewayToken }
    await call(hub, 'POST', '/apps', { appId, kind: 'official_account', name: 'campaign', gateway })
    const taken = { good: new Set<number>(), moody: new Set<number>() }
    const answer = (name: 'good' | 'moody', isGood: () => boolean) => (received: Received) => {
      if (!isGood()) return 500
      taken[name].add(received.data.id)
      return 204
    }
    const good = await startSubscriber(
      t,
      answer('good', () => true),
    )
    const moody = await startSubscriber(
      t,
      answer('moody', () => Math.random() < 0.5),
    )
    for (const { url } of [good, moody]) await call(hub, 'POST', '/webhooks', { url })

    for (let sent = 0; sent < pushes; sent += together) {
      const batch = Array.from({ length: together }, () => sendUntilTaken(() => hub.url))
      const isFatal = [pushes / 5, (pushes * 3) / 5].some((at) => sent <= at && at < sent + together)
      if (isFatal) {
        await delay(Math.random() * 20)
        hub.kill('SIGKILL')
        await hub.exited
        hub = await startHubProcess(t, { ...hubEnvironment(database, sandbox.url), ...env })
      }
      await Promise.all(batch)
    }
    await until(() => taken.good.size >= pushes / 2, 'half of the messages')
    hub.kill('SIGKILL')
    await hub.exited
    equal(await count(database, 'messages'), pushes)
    equal(await count(database, 'deliveries'), 2 * pushes)

    await finish(t, database, sandbox)
    deepEqual([taken.good.size, taken.moody.size], [pushes, pushes])
    ok(moody.received.length > pushes, 'it did fail')
    const repeats = good.received.length - pushes
    t.diagnostic(`${pushes} messages, ${repeats} came twice to the subscriber that never fails`)
  })
}

/** The same database in a hub whose clock can be moved: what is to be tried in hours is tried now. */
async function finish(
  t: TestContext,
  database: TestDatabase,
  sandbox: Awaited<ReturnType<typeof openSandbox>>,
): Promise<void> {
  const hub = await startWebhookHub(t, database.engine, { database, sandbox })
  const undelivered = () => count(database, "deliveries where state != 'delivered'")
  const { items } = (await hub.call('GET', '/webhooks')).json as { items: { id: number }[] }
  for (let round = 1; round <= 40 && (await undelivered()) > 0; round += 1) {
    // One in 256 uses up all of its attempts: that is what a replay is for.
    if (round % 8 === 0) for (const { id } of items) await replayAll(hub, id)
    await hub.move(10 * 3_600_000)
    const isUnderWay = `deliveries where next_attempt_at < ${hub.now() + 31_000}`
    await until(async () => (await count(database, isUnderWay)) === 0, 'this round')
  }
  equal(await undelivered(), 0)
}

async function replayAll(hub: WebhookHub, id: number): Promise<void> {
  let after: unknown
  do {
    const range = { from: 0, to: Math.ceil(hub.now() / 1000), onlyUndelivered: true }
    const body = typeof after === 'string' ? { ...range, after } : range
    const answer = await hub.call('POST', `/webhooks/${id}/replay`, body)
    equal(answer.status, 200, answer.text)
    after = answer.json.next
  } while (after !== null)
}

/** As WeChat does it, only more so: three times at once, and again until one of them is answered. */
async function sendUntilTaken(url: () => string): Promise<void> {
  const push = createPush({ appId })
  const headers = { 'content-type': 'text/xml' }
  const end = Date.now() + 30_000
  while (Date.now() < end) {
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        fetch(url() + push.path, { method: 'POST', body: push.body, headers }).then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    )
    ok(
      answers.every((status) => status === 200 || status === 0 || status === 503),
      answers.join(),
    )
    if (answers.includes(200)) return
    await delay(50)
  }
  throw new Error('no push was answered')
}

async function call(hub: HubProcess, method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
  const answer = await fetch(`${hub.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
  ok(answer.ok, await answer.text())
}

async function count(database: TestDatabase, from: string): Promise<number> {
  return Number((await readValues(database, `select count(*) as value from ${from}`))[0])
}
