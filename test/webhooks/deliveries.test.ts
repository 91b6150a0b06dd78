import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { testOnBoth } from '../support/database.ts'
import { readValues } from '../support/read-values.ts'
import { type Received, startSubscriber } from './subscriber.ts'
import { startWebhookHub, until } from './webhook-hub.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

testOnBoth('tells subscribers of a message, signed as Standard Webhooks', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  const subscriber = await startSubscriber(t)
  const { id, secret } = await hub.addWebhook(subscriber.url)
  match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  await hub.push({ content: '你好 <b>', openId: 'oNobodyWeKnow' })
  await until(() => subscriber.received.length === 1, 'the message')
  const [{ headers, body }] = subscriber.received as [Received]
  const event = new Webhook(secret).verify(body, headers as Record<string, string>) as {
    data: Record<string, unknown>
    timestamp: string
  }
  const { data } = event
  const createdAt = Math.floor(Date.parse(event.timestamp) / 1000)
  const own = { appId: hub.appId, openId: 'oNobodyWeKnow', userId: null, kind: 'text', event: null }
  deepEqual(event, {
    type: 'message.text',
    timestamp: event.timestamp,
    data: { id: data.id, ...own, createdAt, content: data.content },
  })
  equal((data.content as { content: string }).content, '你好 <b>')
  equal(headers['webhook-id'], `msg_${data.id}_${id}`)
  throws(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>))
  throws(() =>
    new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(
      body,
      headers as Record<string, string>,
    ),
  )
  await until(async () => (await hub.delivery(id, Number(data.id))).state === 'delivered', 'the outcome')
  ok(!(await hub.database.dump()).includes(secret.slice(6)))
  ok(!hub.logged.join('').includes(secret.slice(6)))
})

testOnBoth('sends a webhook only what it asked for, of its own tenant', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  const subscribers = await Promise.all([1, 2, 3, 4, 5].map(() => startSubscriber(t)))
  const [all, texts, follows, mini, foreign] = subscribers
  const { id: tenantId } = await hub.hub.tenants.add('another')
  await hub.addWebhook(all?.url ?? '')
  await hub.addWebhook(texts?.url ?? '', { kinds: ['text'] })
  await hub.addWebhook(follows?.url ?? '', { kinds: ['EVENT'], events: ['Subscribe', 'scan'] })
  await hub.addWebhook(mini?.url ?? '', { apps: [hub.miniAppId] })
  await hub.addWebhook(foreign?.url ?? '', { tenantId })
  for (const push of [{}, { event: 'subscribe' }, { event: 'SCAN' }, { event: 'CLICK' }, { kind: 'image' }]) {
    await hub.push(push)
  }
  await until(() => all?.received.length === 5, 'everything')
  await until(() => follows?.received.length === 2, 'two events')
  await delay(100)
  deepEqual(
    subscribers.map(({ received }) => received.length),
    [5, 1, 2, 0, 0],
  )
  const types = follows?.received.map(({ body }) => JSON.parse(body).type).sort()
  deepEqual(types, ['event.SCAN', 'event.subscribe'])
})

testOnBoth('tries again on the schedule, and gives up after the last attempt', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  const subscriber = await startSubscriber(t, () => 500)
  const { id } = await hub.addWebhook(subscriber.url)
  await hub.push()
  const settled = (count: number) => async () => {
    const messageId = subscriber.ids()[0]
    if (messageId === undefined) return false
    return ((await hub.delivery(id, messageId)).attempts as object[]).length === count
  }
  await until(settled(1), 'the first attempt')
  const delays = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour]
  for (const [index, ms] of delays.entries()) {
    await hub.move(ms - 4 * second)
    equal(subscriber.received.length, index + 1, 'too early')
    await hub.move(4 * second)
    await until(settled(index + 2), `attempt ${index + 2}`)
  }
  const delivery = await hub.delivery(id, subscriber.ids()[0] ?? 0)
  deepEqual([delivery.state, delivery.failedAttempts, delivery.nextAttemptAt], ['failed', 8, null])
  await hub.move(20 * day)
  equal(subscriber.received.length, 8)
  const headersOf = (name: string) => new Set(subscriber.received.map(({ headers }) => headers[name]))
  equal(headersOf('webhook-id').size, 1)
  equal(headersOf('webhook-timestamp').size, 8)
})

testOnBoth('switches a webhook off after five days of failure, and on again', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  let status = 500
  const subscriber = await startSubscriber(t, () => status)
  const { id } = await hub.addWebhook(subscriber.url)
  const shown = async () => (await hub.call('GET', `/webhooks/${id}`)).json
  await hub.push()
  await until(async () => (await shown()).failingSince !== null, 'the failure')
  // A success in between begins the count anew.
  status = 204
  await hub.move(5 * second)
  await until(async () => (await shown()).failingSince === null, 'the success')
  status = 503
  await hub.push()
  await until(async () => (await shown()).failingSince !== null, 'the failure')
  await hub.move(5 * day - minute)
  await until(() => subscriber.received.length === 4, 'the second attempt')
  equal((await shown()).enabled, true)
  await hub.move(5 * minute)
  await until(async () => (await shown()).enabled === false, 'its end')
  const select = "select detail as value from audit_log where action = 'webhook.disabled'"
  deepEqual(await readValues(hub.database, select), ['{"cause":"failing"}'])

  const before = subscriber.received.length
  await hub.push()
  await hub.move(day)
  equal(subscriber.received.length, before)
  status = 200
  equal((await hub.call('PATCH', `/webhooks/${id}`, { enabled: true })).json.failingSince, null)
  await hub.move(0)
  await until(() => subscriber.received.length === before + 1, 'what was left over')
  // What came while it was off is had by a replay.
  const range = { from: 0, to: Math.floor(hub.now() / second) + 1, onlyUndelivered: true }
  equal((await hub.call('POST', `/webhooks/${id}/replay`, range)).json.replayed, 1)
  await until(() => new Set(subscriber.ids()).size === 3, 'the message of that time')
})

testOnBoth('sends nothing more to whoever answers 410', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  const gone = await startSubscriber(t, () => 410)
  const { id } = await hub.addWebhook(gone.url)
  await hub.push()
  const enabled = async () => (await hub.call('GET', `/webhooks/${id}`)).json.enabled
  await until(async () => (await enabled()) === false, 'its end')
  equal((await hub.call('POST', `/webhooks/${id}/deliveries/1/replay`)).status, 409)
  equal((await hub.call('DELETE', `/webhooks/${id}`)).status, 204)
  equal((await hub.call('GET', `/webhooks/${id}/deliveries`)).status, 404)
})

testOnBoth('does not let one subscriber that hangs hold up another', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  const hanging = await startSubscriber(t, () => null)
  const quick = await startSubscriber(t)
  await hub.addWebhook(hanging.url)
  await hub.addWebhook(quick.url)
  for (let count = 0; count < 30; count += 1) await hub.push()
  await until(() => quick.received.length === 30, 'all messages')
  equal(new Set(quick.ids()).size, 30)
  equal(hanging.received.length, 8)
  // What hangs is given back when the hub stops, as if it had not been tried.
  const stoppedAt = Date.now()
  await hub.close()
  ok(Date.now() - stoppedAt < 8000)
  const select = `select count(*) as value from deliveries where attempts = 0 and state = 'pending'
    and next_attempt_at <= ${Date.now()}`
  deepEqual(await readValues(hub.database, select), ['30'])
})

testOnBoth('sends one message again, or a span of time, when it is asked to', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  const from = Math.floor(hub.now() / second)
  const subscriber = await startSubscriber(t)
  await hub.push({ content: 'before it was made' })
  const { id } = await hub.addWebhook(subscriber.url, { kinds: ['text'] })
  await hub.push()
  await hub.push({ event: 'subscribe' })
  await until(() => subscriber.received.length === 1, 'the second message')
  const [messageId] = subscriber.ids()
  await until(async () => (await hub.delivery(id, messageId ?? 0)).state === 'delivered', 'the outcome')

  const again = await hub.call('POST', `/webhooks/${id}/deliveries/${messageId}/replay`)
  deepEqual([again.status, again.json.state, again.json.replays], [200, 'pending', 1])
  await until(() => subscriber.received.length === 2, 'the replay')
  equal(subscriber.received[0]?.headers['webhook-id'], subscriber.received[1]?.headers['webhook-id'])

  await until(async () => (await hub.delivery(id, messageId ?? 0)).state === 'delivered', 'the outcome')
  const to = from + 600
  const missing = await hub.call('POST', `/webhooks/${id}/replay`, { from, to, onlyUndelivered: true })
  deepEqual(missing.json, { replayed: 1, next: null })
  await until(() => subscriber.received.length === 3, 'the first message')
  deepEqual((await hub.call('POST', `/webhooks/${id}/replay`, { from, to })).json, {
    replayed: 2,
    next: null,
  })
  await until(() => subscriber.received.length === 5, 'both')
  deepEqual((await hub.call('POST', `/webhooks/${id}/replay`, { from: 0, to: from - 60 })).json.replayed, 0)

  const states = async (state: string) =>
    (await hub.call('GET', `/webhooks/${id}/deliveries?state=${state}`)).json.items as object[]
  await until(async () => (await states('delivered')).length === 2, 'two deliveries')
  deepEqual([await states('pending'), await states('failed')], [[], []])
  const page = (await hub.call('GET', `/webhooks/${id}/deliveries?limit=1`)).json
  equal((page.items as { messageId: number }[])[0]?.messageId, messageId)
  const rest = await hub.call('GET', `/webhooks/${id}/deliveries?limit=1&after=${page.next}`)
  equal((rest.json.items as object[]).length, 1)
  equal(rest.json.next, null)
})

testOnBoth('signs with both secrets for a day after a rotation', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  const subscriber = await startSubscriber(t)
  const { id, secret } = await hub.addWebhook(subscriber.url)
  const rotation = await hub.call('POST', `/webhooks/${id}/secret`)
  equal(rotation.status, 200, rotation.text)
  const rotated = String(rotation.json.secret)
  await hub.push()
  await until(() => subscriber.received.length === 1, 'the message')
  const [{ body, headers }] = subscriber.received as [Received]
  for (const one of [secret, rotated]) new Webhook(one).verify(body, headers as Record<string, string>)
  await hub.move(day + second)
  await hub.push()
  await until(() => subscriber.received.length === 2, 'the next message')
  equal(String(subscriber.received[1]?.headers['webhook-signature']).split(' ').length, 1)
})

testOnBoth('forgets deliveries that are over for 30 days, and keeps the others', async (t, engine) => {
  const hub = await startWebhookHub(t, engine)
  let status = 204
  const subscriber = await startSubscriber(t, () => status)
  const { id } = await hub.addWebhook(subscriber.url)
  const count = async () =>
    Number((await readValues(hub.database, 'select count(*) as value from deliveries'))[0])
  await hub.push()
  await until(() => subscriber.received.length === 1, 'the message')
  await until(async () => (await hub.delivery(id, subscriber.ids()[0] ?? 0)).state === 'delivered', 'it')
  await hub.move(29 * day)
  equal(await hub.hub.deliveries.purge(100), 0)
  status = 500
  await hub.push()
  await until(() => subscriber.received.length === 2, 'another')
  await hub.move(2 * day)
  equal(await hub.hub.deliveries.purge(100), 1)
  equal(await count(), 1)
  // Of a webhook that was removed even what was still to be sent.
  await hub.call('DELETE', `/webhooks/${id}`)
  await hub.move(40 * day)
  equal(await hub.hub.deliveries.purge(100), 1)
  equal(await count(), 0)
})
