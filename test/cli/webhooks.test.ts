import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { hubEnvironment } from '../support/hub.ts'
import { startSubscriber } from '../webhooks/subscriber.ts'
import { startWebhookHub, until } from '../webhooks/webhook-hub.ts'
import { runWehub, runWehubProcess } from './run-wehub.ts'

test('manages webhooks and their deliveries beside a hub that runs', async (t) => {
  const hub = await startWebhookHub(t, 'sqlite')
  const subscriber = await startSubscriber(t)
  const env = {
    ...hubEnvironment(hub.database, hub.sandbox.url),
    LANG: 'C',
    WEHUB_WEBHOOK_ALLOW: '127.0.0.1',
  }
  const wehub = (...args: string[]) => runWehub(['webhooks', ...args], env)
  const json = async (...args: string[]) => (await wehub(...args, '--json')).json()

  const add = ['webhooks', 'add', subscriber.url, '--kinds', 'text event', '--json']
  const added = (await runWehubProcess(add, env)).json() as { id: number; secret: string }
  match(added.secret, /^whsec_/)
  const listed = await wehub('list')
  match(listed.stdout, new RegExp(`${added.id} +webhook +${subscriber.url} .*text event`))
  equal(listed.stdout.includes(added.secret), false)
  equal((await wehub('add', 'http://10.0.0.1/')).code, 1)

  const id = String(added.id)
  await until(() => hub.hub.setup.last().webhooks.length === 1, 'the hub to know of it')
  await hub.push()
  await until(() => subscriber.received.length === 1, 'the message')
  const [message] = subscriber.ids()
  await until(
    async () => (await hub.delivery(added.id, Number(message))).state === 'delivered',
    'the outcome',
  )
  match((await wehub('deliveries', id)).stdout, new RegExp(`${message} +delivered`))
  equal((await wehub('deliveries', id, '--state', 'odd')).code, 2)
  equal((await wehub('replay', id)).code, 2)
  deepEqual(await json('replay', id, '--message', String(message)), { replayed: 1 })
  await until(() => subscriber.received.length === 2, 'the replay')
  deepEqual(await json('replay', id, '--since', '2020-01-01'), { replayed: 1 })
  await until(() => subscriber.received.length === 3, 'the other replay')
  equal((await wehub('enable', id)).code, 0)
  equal((await wehub('remove', id)).code, 0)
  deepEqual(await json('list'), [])
})
