import { deepEqual, equal, notDeepEqual, rejects, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { createDataKeys } from '../../src/database/data-keys.ts'
import { type Database, type Engine, type Location, openDatabase } from '../../src/database/database.ts'
import { type MasterKeys, parseMasterKeys } from '../../src/database/master-keys.ts'
import { createSealedColumns, sealingPurposes } from '../../src/database/sealed-columns.ts'
import { Secret } from '../../src/secret.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { onEnd } from '../support/on-end.ts'

testOnBoth('unseals after a rotation of the master key, with the new key alone', async (t, engine) => {
  const database = await openMigrated(t, engine)
  const [former, next] = [makeKeys('old'), makeKeys('new')]
  const before = await openColumns(database, former)
  const sealed = before.seal('app_secrets.sealed', 'wx1/f', 'the secret')
  const hash = await before.hash(1, 'code', 'abc')

  const both: MasterKeys = [next[0], former[0]]
  const dataKeys = createDataKeys(database, both, Date.now)
  equal(await dataKeys.rotateMaster(), sealingPurposes.length + 1)
  equal(await dataKeys.rotateMaster(), 0)

  const after = await openColumns(database, next)
  equal(after.unseal('app_secrets.sealed', 'wx1/f', sealed), 'the secret')
  // Keyed hashes have keys of their own: what was found by them is found still.
  deepEqual(await after.hash(1, 'code', 'abc'), hash)
  await rejects(openColumns(database, former), /master key "new"/)
})

testOnBoth('keeps purposes, rows, tenants and fields apart', async (t, engine) => {
  const columns = await openColumns(await openMigrated(t, engine), makeKeys('k'))
  const sealed = columns.seal('identities.session_keys', '1', 'value')
  throws(() => columns.unseal('identities.session_keys', '2', sealed))
  throws(() => columns.unseal('access_tokens.sealed', '1', sealed), /another purpose/)
  const hash = await columns.hash(1, 'code', 'abc')
  notDeepEqual(await columns.hash(2, 'code', 'abc'), hash)
  notDeepEqual(await columns.hash(1, 'phone', 'abc'), hash)
})

testOnBoth('agrees on one data key when several processes make it at once', async (t, engine) => {
  const database = await openMigrated(t, engine)
  const keys = makeKeys('k')
  const columns = await Promise.all(Array.from({ length: 8 }, () => openColumns(database, keys)))
  const hashes = await Promise.all(columns.map((one) => one.hash(1, 'code', 'abc')))
  equal(new Set(hashes.map((hash) => hash.toString('hex'))).size, 1)
})

async function openMigrated(t: TestContext, engine: Engine): Promise<Database> {
  const { url } = await createDatabase(t, engine)
  const location: Location =
    engine === 'sqlite' ? { engine, path: url.slice('sqlite:'.length) } : { engine, url: new Secret(url) }
  const database = await openDatabase(location)
  onEnd(t, () => database.close())
  await database.migrate()
  return database
}

async function openColumns(database: Database, keys: MasterKeys) {
  const dataKeys = createDataKeys(database, keys, Date.now)
  await dataKeys.load(sealingPurposes)
  return createSealedColumns(dataKeys)
}

function makeKeys(id: string): MasterKeys {
  return parseMasterKeys(`${id}:${randomBytes(32).toString('base64')}`)
}
