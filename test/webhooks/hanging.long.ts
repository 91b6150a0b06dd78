import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { adminKey } from '../api/api-hub.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase, engines } from '../support/database.ts'
import { hubEnvironment } from '../support/hub.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { createPush, gatewayToken } from './push.ts'
import { startSubscriber } from './subscriber.ts'

const pushesARound = 2000
const rounds = 4
const atOnce = 16

for (const engine of engines) {
  test(`answers pushes in twice the time at most while all subscribers hang (${engine})`, async (t) => {
    const sandbox = await openSandbox(t)
    const database = await createDatabase(t, engine)
    const appId = 'wxhanging00000001'
    const env = { WEHUB_ADMIN_KEY: adminKey, WEHUB_WEBHOOK_ALLOW: '127.0.0.1', WEHUB_LOG_REQUESTS: '0' }
    const hub = await startHubProcess(t, { ...hubEnvironment(database, sandbox.url), ...env })
    const call = async (method: string, path: string, body: object): Promise<{ id: number }> => {
      const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
      const answer = await fetch(`${hub.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
      ok(answer.ok)
      return (await answer.json()) as { id: number }
    }
    const gateway = { mode: 'plain', token: gatewayToken }
    await call('POST', '/apps', { appId, kind: 'official_account', name: 'hanging', gateway })
    const ids: number[] = []
    for (let count = 0; count < 4; count += 1) {
      const { url } = await startSubscriber(t, () => null)
      ids.push((await call('POST', '/webhooks', { url })).id)
    }

    const alone: number[] = []
    const hanging: number[] = []
    await measure(hub.url, appId, pushesARound)
    for (let round = 0; round < rounds; round += 1) {
      for (const enabled of [false, true]) {
        for (const id of ids) await call('PATCH', `/webhooks/${id}`, { enabled })
        const times = await measure(hub.url, appId, pushesARound)
        ;(enabled ? hanging : alone).push(percentile(times, 0.99))
      }
    }
    const [without, withThem] = [percentile(alone, 0.5), percentile(hanging, 0.5)]
    t.diagnostic(`99th percentile in ms: ${without.toFixed(2)} without, ${withThem.toFixed(2)} while 4 hang`)
    ok(withThem <= 2 * without, `${alone.join()} against ${hanging.join()}`)
  })
}

/** The times of so many pushes, a few at a time, in milliseconds. */
async function measure(url: string, appId: string, count: number): Promise<number[]> {
  const times: number[] = []
  let begun = 0
  async function worker(): Promise<void> {
    while (begun < count) {
      begun += 1
      const { path, body } = createPush({ appId })
      const startedAt = performance.now()
      const answer = await fetch(url + path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/xml' },
      })
      await answer.text()
      times.push(performance.now() - startedAt)
      ok(answer.ok)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return times
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}
