import { deepEqual, equal, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Database, openDatabase, type Sql } from '../../src/database/database.ts'
import { createStatement } from '../../src/database/statement.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { onEnd } from '../support/on-end.ts'

test('rolls one transaction back and commits the others that arrived with it', async (t) => {
  const database = await openMigrated(t)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, (_, index) =>
      database.transaction(async (transaction) => {
        await insertTenant(transaction, `tenant ${index}`)
        if (index % 3 === 0) throw new Error('no')
        if (index % 3 === 1) await insertTenant(transaction, `second ${index}`)
      }),
    ),
  )
  equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 20)
  equal((await tenantNames(database)).length, 30)
})

test('acknowledges nothing when the shared commit fails, and goes on afterwards', async (t) => {
  const database = await openMigrated(t)
  const innocent = database.transaction((transaction) => insertTenant(transaction, 'innocent'))
  // A foreign key that is only looked at by the commit.
  const guilty = database.transaction(async (transaction) => {
    await sql`pragma defer_foreign_keys = on`.execute(transaction)
    const app = { app_id: 'wx', tenant_id: 999, kind: 'open_app', name: '', created_at: 1 }
    await transaction.insertInto('apps').values(app).execute()
  })
  deepEqual(
    (await Promise.allSettled([innocent, guilty])).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await database.transaction((transaction) => insertTenant(transaction, 'later'))
  deepEqual(await tenantNames(database), ['later'])
})

test('commits no half of a transaction that waits in the middle', async (t) => {
  const database = await openMigrated(t)
  const early = database.transaction((transaction) => insertTenant(transaction, 'early'))
  const slow = database.transaction(async (transaction) => {
    await insertTenant(transaction, 'half')
    await delay(30)
    throw new Error('no')
  })
  await Promise.all([early, rejects(slow, /no/)])
  deepEqual(await tenantNames(database), ['early'])
})

test('shows a statement only what is committed', async (t) => {
  const database = await openMigrated(t)
  const writes = Array.from({ length: 10 }, (_, index) =>
    database.transaction((transaction) => insertTenant(transaction, `tenant ${index}`)),
  )
  const reads = Array.from({ length: 10 }, () => tenantNames(database))
  await Promise.all([...writes, ...reads])
  equal((await tenantNames(database)).length, 10)
})

test('a statement that is built once waits for an open transaction, and is committed when it returns', async (t) => {
  const place = await createDatabase(t, 'sqlite')
  const [database, other] = [await openMigrated(t, place), await openMigrated(t, place)]
  const list = createStatement()((one) => one.selectFrom('tenants').select('name').orderBy('id'))
  const add = createStatement<{ name: string }>()((one, param) =>
    one.insertInto('tenants').values({ name: param('name'), created_at: 1 }),
  )
  const namesIn = async ({ sql: one }: Database) => (await list(one, {})).map(({ name }) => name)
  const half = Promise.withResolvers<void>()
  const slow = database.transaction(async (transaction) => {
    await add(transaction, { name: 'half' })
    half.resolve()
    await delay(30)
    throw new Error('no')
  })
  const isGivenUp = rejects(slow, /no/)
  await half.promise
  deepEqual(await namesIn(database), [])
  await isGivenUp

  const whole = database.transaction((transaction) => add(transaction, { name: 'whole' }))
  // It is over by then, and its commit waits for the next turn of the event loop.
  for (let count = 0; count < 200; count += 1) await undefined
  await add(database.sql, { name: 'next' })
  deepEqual(await namesIn(other), ['whole', 'next'])
  await whole
})

async function openMigrated(t: TestContext, place?: TestDatabase): Promise<Database> {
  const { url } = place ?? (await createDatabase(t, 'sqlite'))
  const database = await openDatabase({ engine: 'sqlite', path: url.slice('sqlite:'.length) })
  onEnd(t, () => database.close())
  await database.migrate()
  return database
}

async function insertTenant(transaction: Sql, name: string): Promise<void> {
  await transaction.insertInto('tenants').values({ name, created_at: 1 }).execute()
}

async function tenantNames(database: Database): Promise<string[]> {
  return (await database.sql.selectFrom('tenants').select('name').execute()).map(({ name }) => name)
}
