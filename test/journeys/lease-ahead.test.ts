import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { query } from '../support/database.ts'
import { startHub } from '../support/hub.ts'

test('overtakes a lease that was taken by a clock far ahead', async (t) => {
  const { hub, sandbox, database, upstreamCalls } = await startHub(t, { engine: 'postgres' })
  const app = await hub.apps.get((await sandbox.app('mini_program')).appid)
  await hub.accessTokens.current(app)
  const anHourAhead = Date.now() + 3_600_000
  await query(
    database.url,
    `update access_tokens set expires_at = 0, lease_holder = 'dead', lease_until = ${anHourAhead}`,
  )
  await hub.accessTokens.report(app, (await hub.accessTokens.current(app)).value.reveal())
  equal(await upstreamCalls('/cgi-bin/stable_token'), 2)
})
