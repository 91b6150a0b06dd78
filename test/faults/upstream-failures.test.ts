import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { secretMark } from '../../sandbox/secret-mark.ts'
import { type CaseHub, startCaseHub } from '../dialects/case-hub.ts'
import type { Json } from '../sandbox/open-sandbox.ts'
import { testOnBoth } from '../support/database.ts'
import type { Answer } from '../support/hub-client.ts'
import { countRows } from './count-rows.ts'
import { startRelay } from './relay.ts'
import { type Trouble, troubles, unusable } from './troubles.ts'
import { type ReadyCall, type UpstreamCase, upstreamCases } from './upstream-calls.ts'

for (const one of upstreamCases) {
  testOnBoth(`tells WeChat's failures clearly and writes nothing: ${one.title}`, async (t, engine) => {
    const hub = await startCaseHub(t, engine)
    const lacking = one.incomplete.map((body) =>
      unusable(`an answer without what it promises: ${JSON.stringify(body)}`, { body: JSON.stringify(body) }),
    )
    for (const trouble of [...troubles, ...lacking]) {
      await t.test(trouble.title, () => meet(hub, one, trouble))
    }
  })
}

async function meet(hub: CaseHub, one: UpstreamCase, trouble: Trouble): Promise<void> {
  const call = await one.prepare(hub)
  const before = await countRows(hub.database)
  await hub.sandbox.fault({ path: one.path, ...trouble.fault })
  const failed = await call()
  await hub.sandbox.control('DELETE', '/faults')
  expectReply(failed, trouble[one.contract])
  deepEqual(await countRows(hub.database), before)
  // What WeChat refuses for good is not asked again within a second.
  hub.later(2000)
  const next = await one.prepare(hub)
  expectSuccess(await next())
}

function expectReply(answer: Answer, { status, body }: { status: number; body: Json }): void {
  equal(answer.status, status, answer.text)
  deepEqual(answer.body, body)
  ok(!answer.text.includes(secretMark), 'the reply holds a secret')
}

function expectSuccess({ status, text }: Answer): void {
  equal(status, 200, text)
  ok(!text.includes('"success":false'), text)
}

testOnBoth('says that WeChat does not answer when connections are refused', async (t, engine) => {
  const direct = await startCaseHub(t, engine)
  const relay = await startRelay(t, direct.sandbox.url)
  const hub = await startCaseHub(t, engine, {
    sandbox: direct.sandbox,
    env: { WEHUB_WECHAT_API_URL: relay.url },
  })
  const calls = await prepareAll(hub)
  const before = await countRows(hub.database)
  await relay.close()
  await expectNoAnswers(calls)
  deepEqual(await countRows(hub.database), before)
})

// On one engine only, for its six seconds: nothing is written on the way.
test('gives up on an answer that takes more than five seconds', async (t) => {
  const hub = await startCaseHub(t, 'sqlite')
  const calls = await prepareAll(hub)
  const before = await countRows(hub.database)
  await hub.sandbox.fault({ path: '*', latencyMs: 9000 })
  const startedAt = performance.now()
  await expectNoAnswers(calls)
  const tookMs = performance.now() - startedAt
  ok(tookMs > 4500 && tookMs < 7500, `${tookMs} ms`)
  deepEqual(await countRows(hub.database), before)
})

async function prepareAll(hub: CaseHub): Promise<[UpstreamCase, ReadyCall][]> {
  const calls: [UpstreamCase, ReadyCall][] = []
  for (const one of upstreamCases) calls.push([one, await one.prepare(hub)])
  return calls
}

async function expectNoAnswers(calls: [UpstreamCase, ReadyCall][]): Promise<void> {
  const expected = unusable('', {})
  await Promise.all(
    calls.map(async ([one, call]) => {
      expectReply(await call(), expected[one.contract])
    }),
  )
}
