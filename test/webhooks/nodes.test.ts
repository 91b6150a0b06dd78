import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { testOnBoth } from '../support/database.ts'
import { startSubscriber } from './subscriber.ts'
import { startWebhookHub, until } from './webhook-hub.ts'

// SQLite is for one process.
test('delivers each message once from two nodes that share the work', async (t) => {
  const one = await startWebhookHub(t, 'postgres')
  const other = await startWebhookHub(t, 'postgres', { database: one.database, sandbox: one.sandbox })
  const subscriber = await startSubscriber(t, async () => {
    await delay(10)
    return 204
  })
  await one.addWebhook(subscriber.url)
  await until(() => other.hub.setup.last().webhooks.length === 1, 'the other node to know of it')
  const pushes = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).push())
  await Promise.all(pushes)
  await until(() => new Set(subscriber.ids()).size === 40, 'all messages')
  await Promise.all([one.move(0), other.move(0)])
  await delay(200)
  equal(subscriber.received.length, 40)
})

testOnBoth('goes on with what a node left behind that died, when its claim is over', async (t, engine) => {
  const one = await startWebhookHub(t, engine)
  let isHanging = true
  const subscriber = await startSubscriber(t, () => (isHanging ? null : 204))
  await one.addWebhook(subscriber.url)
  await one.push()
  await until(() => subscriber.received.length === 1, 'the first attempt')
  isHanging = false
  const other = await startWebhookHub(t, engine, { database: one.database, sandbox: one.sandbox })
  await other.move(20_000)
  await delay(200)
  equal(subscriber.received.length, 1, 'the claim holds')
  await other.move(15_000)
  await until(() => subscriber.received.length === 2, 'the second attempt')
  const { id } = subscriber.received[0]?.data ?? { id: 0 }
  await until(async () => (await other.delivery(1, id)).state === 'delivered', 'the outcome')
  // The first node gives back what it had claimed: its claim is void.
  await one.close()
  await other.move(0)
  await delay(200)
  equal(subscriber.received.length, 2)
  const { state, attempts } = await other.delivery(1, id)
  equal(state, 'delivered')
  ok((attempts as object[]).length === 1)
})
