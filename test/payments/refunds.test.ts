import { deepEqual, equal, match } from 'node:assert/strict'
import { testOnBoth } from '../support/database.ts'
import { openMoney } from './open-money.ts'

testOnBoth('adopts a bill that another program sold, refunds a part and then the rest', async (t, engine) => {
  const money = await openMoney(t, engine)
  const billId = await money.sell(500)
  const first = await money.refund({ billId, fee: 200, reason: '缺货' })
  equal(first.status, 201, first.text)
  equal(first.json.state, 'processing')
  match(String(first.json.outRefundNo), /^wr[0-9a-f]{30}$/)
  const rest = await money.refund({ billId })
  equal(rest.json.fee, 300)
  const { refunded, origin, state } = await money.payment(billId)
  deepEqual({ refunded, origin, state }, { refunded: 500, origin: 'adopted', state: 'paid' })
  const books = await money.books(billId)
  deepEqual(books.map(({ refund }) => refund).sort(), [200, 300])
  equal((await money.refund({ billId, fee: 1 })).json.code, 'conflict')
})

testOnBoth('tries what WeChat refused again under the same number', async (t, engine) => {
  const money = await openMoney(t, engine)
  const { mchid } = money.merchant
  const billId = await money.sell(500)
  const top = (balanceFen: number | null) =>
    money.sandbox.control('POST', '/merchants', { mchid, balanceFen })
  for (const key of [undefined, 'return-1']) {
    await top(0)
    equal((await money.refund({ billId, fee: 100 }, key)).json.code, 'payment_refused')
    const [refused] = await money.refunds(billId)
    equal(refused?.state, 'refused')
    await top(null)
    const { json } = await money.refund({ billId, fee: 100 }, key)
    deepEqual([json.state, json.outRefundNo], ['processing', refused?.outRefundNo])
  }
  equal((await money.payment(billId)).refunded, 200)
})

testOnBoth(
  'believes an unsigned 401 only where nothing was sent under the number before',
  async (t, engine) => {
    const money = await openMoney(t, engine)
    const path = '/v3/refund/domestic/refunds'
    const unsigned = {
      path,
      status: 401,
      body: '{"code":"SIGN_ERROR","message":"错误的签名"}',
      tamper: 'unsigned',
    }
    const billId = await money.sell(500)
    await money.sandbox.fault({ ...unsigned, times: 1 })
    equal((await money.refund({ billId, fee: 200 }, 'first')).json.code, 'app_misconfigured')
    equal((await money.payment(billId)).refunded, 0)

    await money.sandbox.fault({ path, drop: 'after', times: 1 })
    const lost = await money.refund({ billId, fee: 200 }, 'first')
    deepEqual([lost.status, lost.json.state], [202, 'requested'])
    await money.sandbox.fault(unsigned)
    const still = await money.refund({ billId, fee: 200 }, 'first')
    deepEqual([still.status, still.json.state], [202, 'requested'])
    equal((await money.payment(billId)).refunded, 200)
    await money.sandbox.control('DELETE', '/faults')
    const found = await money.refund({ billId, fee: 200 }, 'first')
    deepEqual([found.status, found.json.id], [201, lost.json.id])
    equal((await money.books(billId)).length, 1)
  },
)

testOnBoth(
  'keeps nothing set aside where the clock is ten minutes off, and says whose fault it is',
  async (t, engine) => {
    let skewMs = 0
    const money = await openMoney(t, engine, { payNow: () => Date.now() + skewMs })
    const billId = await money.sell(500)
    equal((await money.refund({ billId, fee: 100 })).status, 201)
    skewMs = 600_000
    const { status, json } = await money.refund({ billId, fee: 200 })
    deepEqual([status, json.code], [502, 'app_misconfigured'])
    equal((await money.payment(billId)).refunded, 100)
    skewMs = 0
    equal((await money.refund({ billId, fee: 200 })).json.state, 'processing')
    equal((await money.books(billId)).length, 2)
  },
)
