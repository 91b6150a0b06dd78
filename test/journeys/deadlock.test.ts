import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { query } from '../support/database.ts'
import { startHub } from '../support/hub.ts'

test('a login that gives way to another transaction is done again', async (t) => {
  const { hub, sandbox, database } = await startHub(t, { engine: 'postgres' })
  const app = await hub.apps.get((await sandbox.app('mini_program')).appid)
  const owner = await hub.users.record({ app, openId: 'o0', unionId: 'U' })
  const first = await hub.users.record({ app, openId: 'o1', unionId: null })
  const second = await hub.users.record({ app, openId: 'o2', unionId: null })
  await query(database.url, `update identities set user_id = ${first.userId} where id = ${second.id}`)

  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  await other.query('begin')
  await other.query('select id from identities where id = $1 for update', [second.id])
  // Holds the first identity and wants the second, to move both to the owner of the unionId.
  const login = hub.users.record({ app, openId: 'o1', unionId: 'U' })
  await delay(200)
  await other.query('select id from identities where id = $1 for update', [first.id])
  await other.query('rollback')
  await other.end()
  equal((await login).userId, owner.userId)
})
