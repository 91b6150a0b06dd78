import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { openDatabase } from '../../src/database/database.ts'
import { Secret } from '../../src/secret.ts'
import { startApiHub } from '../api/api-hub.ts'
import { createDatabase, query } from '../support/database.ts'
import { startHub } from '../support/hub.ts'
import { onEnd } from '../support/on-end.ts'
import { tester } from '../support/tester.ts'

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

test('a first login that links by unionId at the moment of an erasure makes a new user', async (t) => {
  const { hub, sandbox, database } = await startHub(t, { engine: 'postgres' })
  const app = await hub.apps.get((await sandbox.app('mini_program')).appid)
  const known = await hub.users.record({ app, openId: 'o1', unionId: 'U' })

  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  await other.query('begin')
  await other.query('select id from users where id = $1 for update', [known.userId])
  const erasing = hub.people.erase(known.userId, app.tenantId, tester)
  await waits(database.url, 1)
  const login = hub.users.record({ app, openId: 'o2', unionId: 'U' })
  await waits(database.url, 2)
  await other.query('rollback')
  await other.end()
  await erasing
  notEqual((await login).userId, known.userId)
  equal((await hub.users.find((await login).userId))?.unionId, 'U')
})

/** Until so many queries wait for a lock. */
async function waits(url: string, count: number): Promise<void> {
  const waiting = "select count(*)::text as value from pg_stat_activity where wait_event_type = 'Lock'"
  for (let look = 0; look < 200; look += 1) {
    if (Number((await query(url, `${waiting} and datname = current_database()`))[0]) >= count) return
    await delay(20)
  }
  throw new Error('nobody waits for a lock')
}

test('a transaction that gives way to another is done again, whatever it is for', async (t) => {
  const { url } = await createDatabase(t, 'postgres')
  const database = await openDatabase({ engine: 'postgres', url: new Secret(url) })
  onEnd(t, () => database.close())
  await database.migrate()
  const names = ['a', 'b']
  for (const name of names) await database.sql.insertInto('settings').values({ name, value: '' }).execute()
  const both = Promise.withResolvers<void>()
  let holding = 0
  const attempts: string[] = []
  const write = (order: string[]) =>
    database.durableTransaction(async (sql) => {
      attempts.push(order.join(''))
      for (const name of order) {
        const append = (value: string) => sql.updateTable('settings').set({ value }).where('name', '=', name)
        const row = sql.selectFrom('settings').select('value').where('name', '=', name).forUpdate()
        const { value } = await row.executeTakeFirstOrThrow()
        await append(value + order.join('')).execute()
        holding += 1
        if (holding === 2) both.resolve()
        await both.promise
      }
    })
  await Promise.all([write(names), write(names.toReversed())])
  ok(attempts.length > 2, 'one gave way')
  const rows = await database.sql.selectFrom('settings').select('value').where('name', 'in', names).execute()
  deepEqual(
    rows.map(({ value }) => value.length),
    [4, 4],
    'what gave way is written once',
  )
})

test('binding a member and erasing its person do not wait for each other', async (t) => {
  const hub = await startApiHub(t, 'postgres')
  const app = await hub.hub.apps.get(hub.miniAppId)
  const other = await hub.hub.apps.get(await hub.makeApp(app.tenantId))
  for (let round = 0; round < 12; round += 1) {
    const phone = `139000000${String(round).padStart(2, '0')}`
    const known = { unionId: `union-${round}` }
    const first = await hub.hub.users.record({ app, openId: `o_first-${round}`, ...known })
    const second = await hub.hub.users.record({ app: other, openId: `o_second-${round}`, ...known })
    const memberId = await hub.hub.buyers.register(app, first.id, { name: 'x', phone }, tester)
    const [bound, receipt] = await Promise.allSettled([
      hub.hub.buyers.bind(other, second.id, { phone }, tester),
      hub.hub.people.erase(first.userId, app.tenantId, tester),
    ])
    equal(receipt.status, 'fulfilled')
    if (bound.status === 'rejected')
      ok(['not_found', 'card_unknown', 'card_void'].includes(bound.reason.code), bound.reason)
    const left = await query(
      hub.database.url,
      `select count(*)::text as value from identities where member_id = ${memberId}`,
    )
    deepEqual(left, ['0'], 'nobody is bound to who is erased')
  }
  for (let round = 0; round < 12; round += 1) {
    const phone = `138000000${String(round).padStart(2, '0')}`
    const memberId = await hub.hub.members.create(
      { tenantId: app.tenantId, personal: { name: 'x', phone } },
      tester,
    )
    const buyer = await hub.hub.users.record({ app, openId: `o_third-${round}`, unionId: null })
    const [bound, erased] = await Promise.allSettled([
      hub.hub.buyers.bind(app, buyer.id, { phone }, tester),
      hub.hub.people.eraseMember(memberId, app.tenantId, tester),
    ])
    notEqual(bound.status, erased.status, 'one of the two, and never both')
    const refused = [bound, erased].find((one) => one.status === 'rejected')
    ok(['card_unknown', 'card_void', 'conflict'].includes(refused?.reason.code), refused?.reason)
  }
})
