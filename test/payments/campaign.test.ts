import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Json } from '../sandbox/open-sandbox.ts'
import { engines } from '../support/database.ts'
import { runs } from '../support/runs.ts'
import { type Answered, type Nodes, startNodes, sumOf } from './many-nodes.ts'

const refundsPath = '/v3/refund/domestic/refunds'
const bills = 6
const refundsPerBill = runs(5)
const clients = 8
const maxKills = runs(2)
/** While the only node is killed again and again, nobody is told anything. */
const patienceMs = runs(30_000)

const troubles: Json[] = [
  // So that those who are killed are in the middle of something.
  { path: refundsPath, latencyMs: 300 },
  { path: refundsPath, drop: 'after', rate: 0.2 },
  { path: refundsPath, drop: 'before', rate: 0.1 },
  { path: refundsPath, status: 500, body: '{"code":"SYSTEM_ERROR","message":"系统繁忙"}', rate: 0.1 },
  { path: refundsPath, status: 429, body: '{"code":"FREQUENCY_LIMITED","message":"频率超限"}', rate: 0.05 },
  { path: `${refundsPath}/*`, status: 502, rate: 0.1 },
]

const billOf = (at: number): string => `bill-${String(at % bills).padStart(3, '0')}`

for (const engine of engines) {
  const count = engine === 'postgres' ? 2 : 1
  test(`brings every refund to its end through kill -9, lost answers and doubled news (${engine})`, async (t) => {
    const hubs = await startNodes(t, engine, count)
    await hubs.sandbox.rules({ refundSpacingMs: 0, refundSettleMs: 1000, refundLimit: null })
    for (const at of Array(bills).keys()) await hubs.sell(billOf(at), refundsPerBill * 10)
    for (const trouble of troubles) await hubs.sandbox.fault(trouble)

    let isOver = false
    const killing = killNow(hubs, () => isOver)
    await refundEverything(hubs)
    isOver = true
    const killed = await killing
    ok(killed > 0, 'nobody was killed')
    t.diagnostic(`${bills * refundsPerBill} refunds, ${killed} kills`)
    await hubs.sandbox.control('DELETE', '/faults')
    await settleAll(hubs)
    await repeatNews(hubs)
    await compareBooks(hubs)
  })
}

/** Each client repeats a call until it is told what became of it, as one should. */
async function refundEverything(hubs: Nodes): Promise<void> {
  const waiting = Array.from({ length: bills * refundsPerBill }, (_, at) => at)
  async function work(): Promise<void> {
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
      const end = performance.now() + patienceMs
      for (let attempt = 0; ; attempt += 1) {
        const answer = await ask(hubs, at, attempt)
        if (answer?.status === 201) break
        ok(performance.now() < end, `no end for refund ${at}: ${JSON.stringify(answer)}`)
        await delay(50)
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, work))
}

async function ask(hubs: Nodes, at: number, attempt: number): Promise<Answered | null> {
  try {
    const answer = await hubs.call(
      at + attempt,
      'POST',
      '/refunds',
      { billId: billOf(at), fee: 10 },
      `key-${at}`,
    )
    ok([201, 202, 503].includes(answer.status), JSON.stringify(answer))
    return answer
  } catch (error) {
    // The node is dead.
    if (error instanceof TypeError || error instanceof SyntaxError) return null
    throw error
  }
}

async function killNow(hubs: Nodes, isOver: () => boolean): Promise<number> {
  let killed = 0
  while (!isOver() && killed < maxKills) {
    await delay(200 + Math.random() * 500)
    if (killed > 0 && isOver()) break
    await hubs.restart(killed % hubs.nodes.length)
    killed += 1
  }
  return killed
}

/** Time passes at WeChat: what is under way is done, and what nobody took is told again. */
async function settleAll(hubs: Nodes): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    await hubs.sandbox.advance(31_000)
    const open = await Promise.all(Array.from({ length: bills }, (_, at) => listOpen(hubs, billOf(at))))
    if (open.flat().length === 0) return
    ok(performance.now() < end, `not at their end: ${JSON.stringify(open.flat().slice(0, 3))}`)
    await delay(250)
  }
}

async function listOpen(hubs: Nodes, billId: string) {
  const all = await hubs.refunds(0, billId)
  return all.filter(({ state }) => !['succeeded', 'closed', 'refused'].includes(state))
}

/** All notifications once more, the newest first, each twice at once. */
async function repeatNews(hubs: Nodes): Promise<void> {
  const sent = (await hubs.sandbox.control('GET', '/notifications')) as unknown as { id: string }[]
  ok(sent.length > 0)
  for (const { id } of sent.toReversed().slice(0, 60)) {
    await hubs.sandbox.control('POST', '/notifications', { id, times: 2 })
  }
}

async function compareBooks(hubs: Nodes): Promise<void> {
  for (const at of Array(bills).keys()) {
    const billId = billOf(at)
    const books = await hubs.books(billId)
    const ledger = await hubs.refunds(0, billId)
    const accepted = ledger.filter(({ state }) => state !== 'refused')
    deepEqual(
      accepted.map(({ outRefundNo }) => outRefundNo).sort(),
      books.map(({ outRefundNo }) => outRefundNo).sort(),
    )
    equal(accepted.length, refundsPerBill, 'one refund for each key')
    equal(sumOf(books), refundsPerBill * 10)
    equal((await hubs.call(0, 'GET', `/payments/${billId}`)).json.refunded, refundsPerBill * 10)
    for (const { state } of accepted) equal(state, 'succeeded')
  }
}
