import { equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../src/database/database.ts'
import { Secret } from '../../src/secret.ts'
import { createDatabase, query } from '../support/database.ts'
import { onEnd } from '../support/on-end.ts'

test('outlives a connection that is cut in the middle of a transaction', async (t) => {
  const { url } = await createDatabase(t, 'postgres')
  const database = await openDatabase({ engine: 'postgres', url: new Secret(url) })
  onEnd(t, database.close)
  await database.migrate()
  const cut = database.transaction(async (sql) => {
    await sql.selectFrom('settings').selectAll().execute()
    await query(url, cutOthers)
    await sql.selectFrom('settings').selectAll().execute()
  })
  await rejects(cut, /connection/i)
  equal((await database.sql.selectFrom('tenants').selectAll().execute()).length, 0)
})

const cutOthers = `select pg_terminate_backend(pid) as value from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`
