import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../support/database.ts'
import { startHub } from '../support/hub.ts'
import { startRelay } from './relay.ts'

test('answers 503 in the form of each contract while the database is out', async (t) => {
  const database = await createDatabase(t, 'postgres')
  const relay = await startRelay(t, database.url)
  const url = new URL(database.url)
  url.port = new URL(relay.url).port
  const adminKey = 'whk_0123456789abcdef0123456789abcdef'
  const env = { WEHUB_DATABASE_URL: url.href, WEHUB_ADMIN_KEY: adminKey }
  const hub = await startHub(t, { database, env })
  const session = { authorization: `Bearer ${'A'.repeat(43)}` }
  const ask = async () => [
    (await hub.get('/readyz')).status,
    (await hub.post('/shares/api/v1/weixin.get_user_info', {}, session)).status,
    (await hub.get('/api/v1/tenants', { authorization: `Bearer ${adminKey}` })).status,
  ]
  deepEqual(await ask(), [200, 401, 200])
  await relay.close()
  deepEqual(await ask(), [503, 503, 503])
  const { body } = await hub.post('/shares/api/v1/weixin.get_user_info', {}, session)
  deepEqual(body, { code: 2, error: 'out of service for a moment, try again' })
  equal(hub.logged.join('').includes('"message":"the database does not answer"'), true)
})
