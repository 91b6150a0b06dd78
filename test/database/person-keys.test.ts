import { deepEqual, equal, notDeepEqual, ok, rejects, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type Engine, type Location, openDatabase } from '../../src/database/database.ts'
import { type MasterKeys, parseMasterKeys } from '../../src/database/master-keys.ts'
import { claimPersonKeys, openPersonKeyDatabase } from '../../src/database/person-keys/person-key-database.ts'
import { createPersonKeys } from '../../src/database/person-keys/person-keys.ts'
import { sealPersonal, unsealPersonal } from '../../src/database/person-keys/personal-columns.ts'
import { Secret } from '../../src/secret.ts'
import { createDatabase, readFiles, testOnBoth } from '../support/database.ts'
import { onEnd } from '../support/on-end.ts'

testOnBoth('opens what a person sealed on every node, and in no other place', async (t, engine) => {
  const { location } = await place(t, engine)
  const masterKeys = makeKeys('k')
  const one = await openKeys(t, location, { masterKeys })
  const other = await openKeys(t, location, { masterKeys })
  const [person, stranger] = await Promise.all([one.keys.create(), one.keys.create()])
  const sealed = sealPersonal(person, 'members.personal', 'value')

  const found = await other.keys.find(person.id)
  ok(found !== null)
  equal(unsealPersonal(found, 'members.personal', sealed), 'value')
  throws(() => unsealPersonal(found, 'users.verified_phone', sealed))
  throws(() => unsealPersonal(stranger, 'members.personal', sealed))
  const many = await other.keys.findMany([person.id, stranger.id, randomBytes(16)])
  deepEqual([...many.keys()].sort(), [person.id.toString('hex'), stranger.id.toString('hex')].sort())
})

testOnBoth('forgets a destroyed key everywhere within a second', async (t, engine) => {
  const { location, dir } = await place(t, engine)
  const masterKeys = makeKeys('k')
  let clock = Date.now()
  const one = await openKeys(t, location, { masterKeys })
  const other = await openKeys(t, location, { masterKeys, now: () => clock })
  const [gone, kept] = await Promise.all([one.keys.create(), one.keys.create()])
  ok((await other.keys.find(gone.id)) !== null)
  if (engine === 'sqlite')
    ok(readFiles(dir, /person-keys/).includes(gone.id), 'the search sees what is there')

  await one.keys.destroy([gone.id])
  equal(await one.keys.find(gone.id), null)
  clock += 1000
  equal(await other.keys.find(gone.id), null)
  equal((await other.keys.findMany([gone.id, kept.id])).size, 1)
  if (engine === 'sqlite') equal(readFiles(dir, /person-keys/).includes(gone.id), false)
})

test('takes a key out of the log later where another process was reading', async (t) => {
  const { location, dir } = await place(t, 'sqlite')
  const { keys } = await openKeys(t, location, { masterKeys: makeKeys('k') })
  const { id } = await keys.create()
  const reader = new DatabaseSync(join(dir, 'wehub-person-keys.db'), { readOnly: true })
  reader.exec('begin; select count(*) from sqlite_master')
  equal(await keys.destroy([id]), false)
  ok(readFiles(dir, /person-keys/).includes(id))
  reader.close()
  equal(await keys.destroy([]), true)
  equal(readFiles(dir, /person-keys/).includes(id), false)
})

testOnBoth('rotates the master key while two nodes make and read keys', async (t, engine) => {
  const { location } = await place(t, engine)
  const [former, next] = [makeKeys('old'), makeKeys('new')]
  const both: MasterKeys = [next[0], former[0]]
  const before = await openKeys(t, location, { masterKeys: former })
  const persons = await Promise.all(Array.from({ length: 1200 }, () => before.keys.create()))
  const serving = await openKeys(t, location, { masterKeys: [former[0], next[0]] })
  const rotating = await openKeys(t, location, { masterKeys: both })

  let isDone = false
  let reads = 0
  const reading = (async () => {
    while (!isDone) {
      const [person] = persons.slice(reads % persons.length)
      if (person !== undefined) ok((await serving.keys.find(person.id)) !== null)
      reads += 1
      await setImmediate()
    }
  })()
  const count = await rotating.keys.rotateMaster()
  isDone = true
  await reading
  equal(count, 1200)
  ok(reads > 0)
  equal(await rotating.keys.rotateMaster(), 0)

  const after = await openKeys(t, location, { masterKeys: next })
  const found = await after.keys.findMany(persons.map(({ id }) => id))
  equal(found.size, 1200)
  const [person] = persons
  ok(person !== undefined)
  const sealed = sealPersonal(person, 'members.personal', 'value')
  const opened = found.get(person.id.toString('hex'))
  ok(opened !== undefined)
  equal(unsealPersonal(opened, 'members.personal', sealed), 'value')
  const stale = await openKeys(t, location, { masterKeys: former })
  await rejects(stale.keys.find(person.id), /master key "new"/)
})

testOnBoth('takes a rotation up where it was stopped', async (t, engine) => {
  const { location } = await place(t, engine)
  const [former, next] = [makeKeys('old'), makeKeys('new')]
  const { keys } = await openKeys(t, location, { masterKeys: former })
  for (let count = 0; count < 3; count += 1) await keys.create()
  const rotating = await openKeys(t, location, { masterKeys: [next[0], former[0]] })
  equal(await rotating.keys.rotateMaster(), 3)
  // A node that has not been told of the new key goes on with the old one.
  await keys.create()
  equal(await rotating.keys.rotateMaster(), 1)
})

test('makes keys whose names say nothing of the person and never repeat', async (t) => {
  const { location } = await place(t, 'sqlite')
  const { keys } = await openKeys(t, location, { masterKeys: makeKeys('k'), now: () => 1_790_000_000_000 })
  const made = await Promise.all(Array.from({ length: 500 }, () => keys.create()))
  equal(new Set(made.map(({ id }) => id.toString('hex'))).size, 500)
  const [one, other] = made.map(({ key }) => key.export())
  notDeepEqual(one, other)
})

test('refuses a key store that was made anew in the place of one that was lost', async (t) => {
  const { location, dir } = await place(t, 'sqlite')
  const database = await openDatabase(location)
  onEnd(t, () => database.close())
  await database.migrate()
  const store = await openPersonKeyDatabase(location)
  await claimPersonKeys(database, store)
  await claimPersonKeys(database, store)
  await store.close()
  for (const end of ['', '-wal', '-shm']) rmSync(join(dir, `wehub-person-keys.db${end}`), { force: true })
  const lost = await openPersonKeyDatabase(location)
  onEnd(t, () => lost.close())
  await rejects(claimPersonKeys(database, lost), /bring its backup back/)
})

async function place(t: TestContext, engine: Engine) {
  const { url, dir } = await createDatabase(t, engine)
  const location: Location =
    engine === 'sqlite' ? { engine, path: url.slice('sqlite:'.length) } : { engine, url: new Secret(url) }
  return { location, dir }
}

type Opening = { masterKeys: MasterKeys; now?: () => number }

async function openKeys(t: TestContext, location: Location, { masterKeys, now = Date.now }: Opening) {
  const database = await openPersonKeyDatabase(location)
  onEnd(t, () => database.close())
  await database.sql
    .insertInto('person_key_store')
    .values({ only_row: 1, id: 'test', destructions: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return { database, keys: createPersonKeys({ database, masterKeys: () => masterKeys, now }) }
}

function makeKeys(id: string): MasterKeys {
  return parseMasterKeys(`${id}:${randomBytes(32).toString('base64')}`)
}
