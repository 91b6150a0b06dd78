import { deepEqual, equal, ok } from 'node:assert/strict'
import { statSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { adminKey } from '../api/api-hub.ts'
import { openIdOf, phoneOf, writeMembers, writeUsers } from '../cli/import-files.ts'
import { importProcess } from '../cli/import-process.ts'
import { openSandbox } from '../sandbox/open-sandbox.ts'
import { createDatabase } from '../support/database.ts'
import { hubEnvironment } from '../support/hub.ts'
import { startHubProcess } from '../support/hub-process.ts'

const many = 1_000_000
const few = 10_000
const rounds = 5
const atOnce = 8
const path = '/api/weixin/wxbuyinguser'

test('imports a million members at a steady rate in 300 MB, and finds them as fast as ten thousand', async (t) => {
  const small = await startWithMembers(t, few)
  const large = await startWithMembers(t, many)
  const { peakMb, rates, cpuMicros } = large.imported
  t.diagnostic(`import: at most ${peakMb.toFixed()} MB; rows a second, by 100,000: ${rates.join(', ')}`)
  t.diagnostic(`processor time of a row, in µs, by 100,000: ${cpuMicros.join(', ')}`)
  const [first = 0, last = 0] = [rates.at(0), rates.at(-1)]
  const kept = await compare(t, large, small)
  equal(rates.length, many / 100_000)
  ok(large.logMb <= 64, `the log was left with ${large.logMb} MB`)
  ok(peakMb <= 300, `${peakMb} MB`)
  ok(last >= 0.8 * first, `${first} rows a second at first, ${last} at last`)
  for (const [name, ratio] of kept) ok(ratio >= 0.85, `${name} keeps ${ratio} of its rate`)
})

type Filled = Awaited<ReturnType<typeof startWithMembers>>

/** A hub with as many users as members, who are not bound yet. */
async function startWithMembers(t: TestContext, count: number) {
  const sandbox = await openSandbox(t)
  const database = await createDatabase(t, 'sqlite')
  const { appid } = await sandbox.app('mini_program')
  const settings = { WEHUB_ADMIN_KEY: adminKey, WEHUB_LOG_REQUESTS: '0', WEHUB_LOG_LEVEL: 'warn' }
  const env = { ...hubEnvironment(database, sandbox.url), ...settings, LANG: 'C' }
  const { url } = await startHubProcess(t, env)
  const users = await writeUsers(database.dir, count)
  deepEqual((await importProcess(database, env, ['users', users, '--app', appid])).added, count)
  const members = await writeMembers(database.dir, count)
  const imported = await importProcess(database, env, ['members', members])
  equal(imported.added, count)
  const logMb = statSync(`${database.dir}/wehub.db-wal`).size / 1e6

  const post = (to: string, body: object, key: string): Promise<Response> =>
    fetch(url + to, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    })
  const scopes = ['members:read', 'members:write']
  const made = await post('/api/v1/keys', { name: 'shop', scopes }, adminKey)
  const { key } = (await made.json()) as { key: string }
  const headers = { authorization: `Bearer ${key}` }
  const buyerOf = async (openId: string): Promise<{ id: number; openId: string }> =>
    (await (await fetch(`${url}${path}/getbyopenid?openId=${openId}`, { headers })).json()) as never
  // The users of the sandbox were there before.
  const { id: firstId } = await buyerOf(openIdOf(0))
  let bound = 0

  return {
    imported,
    logMb,
    calls: {
      async getbyopenid(): Promise<void> {
        const openId = openIdOf(random(count))
        equal((await buyerOf(openId)).openId, openId)
      },
      /** Buyers and members from all over the tables, each once: the step has no divisor with the count. */
      async bindmember(): Promise<void> {
        const at = (bound++ * 7919) % count
        const answer = await post(
          `${path}/bindmember`,
          { wxBuyingUserId: firstId + at, phone: phoneOf(at) },
          key,
        )
        equal(((await answer.json()) as { data: number }).data, at + 1)
      },
      async getlist(): Promise<void> {
        const ids = Array.from({ length: 100 }, () => firstId + random(count))
        const answer = await post(`${path}/getlist`, ids, key)
        equal(((await answer.json()) as unknown[]).length, 100)
      },
    },
  }
}

/** The part of the small hub's rate that the large one keeps, by call: both in turn, the median of each. */
async function compare(t: TestContext, large: Filled, small: Filled): Promise<[string, number][]> {
  const kept: [string, number][] = []
  for (const [name, requests] of [
    ['getbyopenid', 1000],
    ['bindmember', 400],
    ['getlist', 200],
  ] as const) {
    const rates = { small: [] as number[], large: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      const [one, other] = [
        await rateOf(small.calls[name], requests),
        await rateOf(large.calls[name], requests),
      ]
      // The first round warms both up.
      if (round > 0) {
        rates.small.push(one)
        rates.large.push(other)
      }
    }
    const [before, after] = [median(rates.small), median(rates.large)]
    kept.push([name, after / before])
    t.diagnostic(`${name}: ${before.toFixed()}/s of ${few}, ${after.toFixed()}/s of ${many}`)
  }
  return kept
}

async function rateOf(call: () => Promise<void>, requests: number): Promise<number> {
  let left = requests
  const startedAt = performance.now()
  async function worker(): Promise<void> {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return (requests * 1000) / (performance.now() - startedAt)
}

function random(below: number): number {
  return Math.floor(Math.random() * below)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
