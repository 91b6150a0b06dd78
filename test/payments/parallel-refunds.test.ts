import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { engines, testOnBoth } from '../support/database.ts'
import { countOutcomes, type Nodes, startNodes, sumOf } from './many-nodes.ts'
import { openMoney } from './open-money.ts'

const calls = 1000

/** Each call with a key of its own, spread over the nodes. */
function refundAtOnce(hubs: Nodes, billId: string, fee: number) {
  const call = (_: unknown, at: number) => hubs.call(at, 'POST', '/refunds', { billId, fee }, `key-${at}`)
  return Promise.all(Array.from({ length: calls }, call))
}

for (const engine of engines) {
  const nodes = engine === 'postgres' ? 2 : 1
  test(`gives a payment back once, however many ask at once (${engine}, ${nodes} processes)`, async (t) => {
    const hubs = await startNodes(t, engine, nodes)
    await hubs.sandbox.rules({ refundSpacingMs: 0 })
    await hubs.sell('bill-for-all', 500)
    const answers = await refundAtOnce(hubs, 'bill-for-all', 10)
    deepEqual(countOutcomes(answers), { '201 processing': 50, '409 conflict': 950 })
    const books = await hubs.books('bill-for-all')
    equal(books.length, 50)
    equal(sumOf(books), 500)
    const ledger = await hubs.refunds(0, 'bill-for-all')
    deepEqual(
      ledger.map(({ outRefundNo }) => outRefundNo).sort(),
      books.map(({ outRefundNo }) => outRefundNo).sort(),
    )
    equal((await hubs.call(0, 'GET', '/payments/bill-for-all')).json.refunded, 500)
  })
}

test('loses and doubles nothing where WeChat takes one part a minute', async (t) => {
  const hubs = await startNodes(t, 'sqlite', 1)
  await hubs.sell('bill-for-all', 500)
  const outcomes = countOutcomes(await refundAtOnce(hubs, 'bill-for-all', 10))
  const {
    '201 processing': accepted = 0,
    '409 payment_refused': refused = 0,
    '409 conflict': none = 0,
  } = outcomes
  equal(accepted + refused + none, calls, JSON.stringify(outcomes))
  equal(accepted, 1)
  ok(refused > 0)
  equal((await hubs.books('bill-for-all')).length, 1)
  const ledger = await hubs.refunds(0, 'bill-for-all')
  equal(ledger.filter(({ state }) => state === 'processing').length, 1)
  equal((await hubs.call(0, 'GET', '/payments/bill-for-all')).json.refunded, 10)
})

testOnBoth(
  'takes a hundred identical calls for one refund, and a new key for a second',
  async (t, engine) => {
    const money = await openMoney(t, engine)
    const billId = await money.sell(500)
    const answers = await Promise.all(Array.from({ length: 100 }, () => money.refund({ billId, fee: 100 })))
    equal(new Set(answers.map(({ json }) => json.id)).size, 1)
    deepEqual(countOutcomes(answers), { '201 processing': 100 })
    equal((await money.books(billId)).length, 1)
    const keyed = await Promise.all(
      Array.from({ length: 100 }, () => money.refund({ billId, fee: 100 }, 'another')),
    )
    deepEqual(countOutcomes(keyed), { '201 processing': 100 })
    equal((await money.books(billId)).length, 2)
  },
)

testOnBoth(
  "never goes beyond a key's limit of a day, however many refund of however many bills at once",
  async (t, engine) => {
    const money = await openMoney(t, engine)
    const bills = await Promise.all(Array.from({ length: 20 }, () => money.sell(500)))
    const limits = { scopes: ['refunds:write'], refundDailyLimitFen: 100 }
    const { json: made } = await money.call('POST', '/keys', { name: 'shop', tenantId: 1, ...limits })
    const credential = String(made.key)
    const refundAll = (fee: number) =>
      Promise.all(bills.map((billId) => money.refund({ billId, fee }, `${billId}-${fee}`, credential)))
    deepEqual(countOutcomes(await refundAll(20)), { '201 processing': 5, '403 forbidden': 15 })
    const books = await Promise.all(bills.map((billId) => money.books(billId)))
    equal(sumOf(books.flat()), 100)

    // What came to nothing counts for nothing.
    const [closed] = books.flat()
    await money.sandbox.control('POST', `/refunds/${closed?.outRefundNo}`, { status: 'CLOSED' })
    deepEqual(countOutcomes(await refundAll(10)), { '201 processing': 2, '403 forbidden': 18 })
  },
)
