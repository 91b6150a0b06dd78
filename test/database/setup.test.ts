import { equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { createSetup } from '../../src/hub/setup/setup.ts'
import { createDatabase } from '../support/database.ts'
import { onEnd } from '../support/on-end.ts'

test('brings no former set-up back when an older look ends after a newer one', async (t) => {
  const database = await openMigrated(t)
  const slow = Promise.withResolvers<string>()
  const contents: Promise<string>[] = [slow.promise, Promise.resolve('new')]
  const load = () => contents.shift() ?? Promise.resolve('more than was asked for')
  const setup = createSetup({ database, load, empty: '', now: () => 0 })
  const older = setup.refresh()
  await setup.change(async () => undefined)
  slow.resolve('old')
  await older
  equal(setup.last(), 'new')
})

test('looks again when the clock was set back', async (t) => {
  const database = await openMigrated(t)
  let now = 10_000_000
  let loads = 0
  const load = async () => ++loads
  const here = createSetup({ database, load, empty: 0, now: () => now })
  const elsewhere = createSetup({ database, load: async () => 0, empty: 0, now: () => now })
  await here.current()
  await elsewhere.change(async () => undefined)
  now -= 3_600_000
  equal(await here.current(), 2)
})

async function openMigrated(t: TestContext): Promise<Database> {
  const { url } = await createDatabase(t, 'sqlite')
  const database = await openDatabase({ engine: 'sqlite', path: url.slice('sqlite:'.length) })
  onEnd(t, database.close)
  await database.migrate()
  return database
}
