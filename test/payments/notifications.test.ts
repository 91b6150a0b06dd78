import { deepEqual, equal, ok } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Json } from '../sandbox/open-sandbox.ts'
import { testOnBoth } from '../support/database.ts'
import { type OpenMoney, openMoney } from './open-money.ts'

/** An order made here, and what `wx.requestPayment` would take. */
async function makeOrder(money: OpenMoney, billId: string, total: number) {
  const openId = await money.sandbox.openidOf({ appid: money.miniAppId })
  const order = { appId: money.miniAppId, openId, billId, total, description: '苹果 2 斤' }
  const { status, json, text } = await money.call('POST', '/payments', order)
  equal(status, 201, text)
  return { order, prepayId: String((json.parameters as Json).package), json }
}

async function stateOf(money: OpenMoney, billId: string): Promise<Json> {
  const { state, refunded } = await money.payment(billId)
  const refunds = await money.refunds(billId)
  return { state, refunded, refunds: refunds.map((refund) => refund.state) }
}

testOnBoth('sells, hears of the payment, refunds it and hears of the refund', async (t, engine) => {
  const money = await openMoney(t, engine)
  const { control } = money.sandbox
  const { order, prepayId } = await makeOrder(money, 'order-1', 500)
  equal((await money.payment('order-1')).state, 'pending')
  equal((await money.refund({ billId: 'order-1' })).json.code, 'payment_refused')
  const again = await money.call('POST', '/payments', order)
  equal((again.json.parameters as Json).package, prepayId)
  equal((await money.call('POST', '/payments', { ...order, total: 501 })).json.code, 'conflict')

  await control('POST', '/users/u1/pay', { prepayId })
  equal((await money.payment('order-1')).state, 'paid')
  equal((await money.call('POST', '/payments', order)).json.code, 'conflict')
  const { json } = await money.refund({ billId: 'order-1', fee: 200 })
  await control('POST', `/refunds/${json.outRefundNo}`, { status: 'SUCCESS' })
  deepEqual(await stateOf(money, 'order-1'), { state: 'paid', refunded: 200, refunds: ['succeeded'] })

  const closed = await money.refund({ billId: 'order-1', fee: 300 })
  await control('POST', `/refunds/${closed.json.outRefundNo}`, { status: 'CLOSED' })
  equal((await money.payment('order-1')).refunded, 200)
  const anew = await money.refund({ billId: 'order-1', fee: 300 })
  equal(anew.json.state, 'processing')
  ok(anew.json.outRefundNo !== closed.json.outRefundNo, 'what is closed gets a new number')
  await control('POST', `/refunds/${anew.json.outRefundNo}`, { status: 'ABNORMAL' })
  const outcome = { state: 'paid', refunded: 500, refunds: ['abnormal', 'closed', 'succeeded'] }
  deepEqual(await stateOf(money, 'order-1'), outcome)
  await control('POST', `/refunds/${anew.json.outRefundNo}`, { status: 'SUCCESS' })
  deepEqual((await stateOf(money, 'order-1')).refunds, ['succeeded', 'closed', 'succeeded'])
})

testOnBoth(
  'changes nothing for a forged, unsigned, stale, probing, foreign or repeated notification',
  async (t, engine) => {
    const money = await openMoney(t, engine)
    const { control } = money.sandbox
    await control('POST', '/rules', { holdNotifications: true })
    const { prepayId } = await makeOrder(money, 'order-1', 500)
    await control('POST', '/users/u1/pay', { prepayId })
    const send = (about: Json) => control('POST', '/notifications', about)
    const statusesOf = ({ attempts }: Json) => (attempts as { status: number }[]).map(({ status }) => status)
    for (const tamper of ['signature', 'body', 'unsigned', 'stale', 'serial', 'probe']) {
      const [status] = statusesOf(await send({ outTradeNo: 'order-1', tamper }))
      ok(status !== undefined && status >= 400, `${tamper} was answered with ${status}`)
      equal((await money.payment('order-1')).state, 'pending', tamper)
    }
    const url = `${money.url}/pay/1999999999/notify`
    deepEqual(statusesOf(await send({ outTradeNo: 'order-1', url })), [404])
    equal((await money.payment('order-1')).state, 'pending')
    deepEqual(statusesOf(await send({ outTradeNo: 'order-1', times: 3 })), [204, 204, 204])
    equal((await money.payment('order-1')).state, 'paid')

    // WeChat's older news come last: an abnormal refund that succeeded meanwhile.
    const { json } = await money.refund({ billId: 'order-1', fee: 200 })
    const outRefundNo = String(json.outRefundNo)
    await control('POST', `/refunds/${outRefundNo}`, { status: 'ABNORMAL' })
    const listed = (await control('GET', `/notifications?outRefundNo=${outRefundNo}`)) as unknown as Json[]
    await control('POST', `/refunds/${outRefundNo}`, { status: 'SUCCESS' })
    await send({ outRefundNo, times: 2 })
    deepEqual(statusesOf(await send({ id: String(listed[0]?.id) })), [204])
    deepEqual(await stateOf(money, 'order-1'), { state: 'paid', refunded: 200, refunds: ['succeeded'] })
    const entries = await money.hub.audit.list({ subject: `refund:${json.id}`, before: null, limit: 10 })
    deepEqual(
      entries.map(({ action }) => action),
      ['refund.succeeded', 'refund.processing', 'refund.requested'],
    )
    const { text } = await money.get('/metrics')
    ok(text.includes('wehub_pay_notifications_total{outcome="probe"} 1'))
  },
)

testOnBoth('finds out by itself where no notification comes', async (t, engine) => {
  let movedMs = 0
  const money = await openMoney(t, engine, { now: () => Date.now() + movedMs })
  const { control } = money.sandbox
  await control('POST', '/rules', { holdNotifications: true, refundSettleMs: 0 })
  const { prepayId } = await makeOrder(money, 'order-1', 500)
  await control('POST', '/users/u1/pay', { prepayId })
  equal((await money.payment('order-1')).state, 'pending')
  // Nobody heard that it is paid: a refund asks.
  equal((await money.refund({ billId: 'order-1', fee: 100 })).json.state, 'processing')
  movedMs = 61_000
  await until(async () => (await money.refunds('order-1'))[0]?.state === 'succeeded')
  const { prepayId: other } = await makeOrder(money, 'order-2', 500)
  await control('POST', '/users/u1/pay', { prepayId: other })
  movedMs += 61_000
  await until(async () => (await money.payment('order-2')).state === 'paid')
})

testOnBoth(
  'asks less and less where WeChat fails, and gives an order up that WeChat never had',
  async (t, engine) => {
    let movedMs = 0
    const money = await openMoney(t, engine, { now: () => Date.now() + movedMs })
    const { control } = money.sandbox
    await control('POST', '/rules', { holdNotifications: true })
    // Does not wait for the job, which looks as well.
    const lookUntil = (isSo: () => Promise<boolean>) =>
      until(async () => {
        await money.hub.payments.checkDue(new AbortController().signal)
        return isSo()
      })
    const path = '/v3/pay/transactions/out-trade-no/order-lost'
    const countCalls = async () => (await control('GET', `/calls?path=${path}`)).count as number
    await makeOrder(money, 'order-lost', 500)
    await money.sandbox.fault({ path, status: 500, body: '{"code":"SYSTEM_ERROR","message":"系统繁忙"}' })
    movedMs = 61_000
    await lookUntil(async () => (await countCalls()) > 0)
    const { prepayId } = await makeOrder(money, 'order-2', 500)
    await control('POST', '/users/u1/pay', { prepayId })
    // What was asked for in vain is due again in minutes, not with the next order.
    movedMs += 62_000
    await lookUntil(async () => (await money.payment('order-2')).state === 'paid')
    equal(await countCalls(), 2)

    await control('DELETE', '/faults')
    await money.sandbox.fault({
      path,
      status: 404,
      body: '{"code":"ORDER_NOT_EXIST","message":"订单不存在"}',
    })
    movedMs += 24 * 3_600_000
    await lookUntil(async () => (await countCalls()) === 3)
    equal((await money.payment('order-lost')).state, 'pending')
    movedMs += 8 * 24 * 3_600_000
    await lookUntil(async () => (await money.payment('order-lost')).state === 'closed')

    // WeChat takes it after all, and its notification is lost.
    await control('DELETE', '/faults')
    const { prepayId: late, json } = await makeOrder(money, 'order-lost', 500)
    equal(json.state, 'pending')
    await control('POST', '/users/u1/pay', { prepayId: late })
    movedMs += 61_000
    await lookUntil(async () => (await money.payment('order-lost')).state === 'paid')
  },
)

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not come about within twenty seconds')
    await delay(100)
  }
}
