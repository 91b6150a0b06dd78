import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { isOutage } from '../../src/database/outage.ts'
import { openGateway } from '../gateway/open-gateway.ts'
import { query } from '../support/database.ts'
import { onEnd } from '../support/on-end.ts'
import { makePush, textMessage, toXml } from '../support/push.ts'

test('refuses all pushes that wait when the database goes, and stores them when WeChat repeats them', async (t) => {
  const { hub, database, settings, stored } = await openGateway(t, 'postgres')
  const pushes = Array.from({ length: 300 }, (_, at) => makePush(settings, toXml(textMessage(`out${at}`))))
  const receive = async ({ path, body }: (typeof pushes)[number]) => {
    const query = Object.fromEntries(new URL(path, 'http://hub.example').searchParams)
    return (await hub.messages.receive({ appId: settings.appId, query, body })).body
  }
  const nameOutage = (error: unknown) => (isOutage(error) ? 'out' : String(error))

  const locker = new pg.Client({ connectionString: database.url })
  onEnd(t, () => locker.end())
  await locker.connect()
  await locker.query('begin')
  await locker.query('lock table messages in access exclusive mode')
  const outcomes = Promise.all(pushes.map((push) => receive(push).catch(nameOutage)))
  await endWaiting(database.url)
  // The table is still locked: what is tried in vain now would be answered long after WeChat gave up.
  deepEqual(new Set(await Promise.race([outcomes, delay(10_000, ['no answer'])])), new Set(['out']))
  await locker.query('rollback')

  const repeated = await Promise.all(pushes.map(receive))
  deepEqual(new Set(repeated), new Set(['success']))
  equal((await stored()).length, 300)
})

/** Ends the connection that waits for the lock, as a database that restarts does. */
async function endWaiting(url: string): Promise<void> {
  const end = `select pg_terminate_backend(pid)::text as value from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`
  for (let times = 0; times < 500; times += 1) {
    if ((await query(url, end)).length > 0) return
    await delay(10)
  }
  throw new Error('nothing waits for the lock')
}
