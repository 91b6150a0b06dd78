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
