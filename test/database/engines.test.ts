import { deepEqual, equal, rejects } from 'node:assert/strict'
import { isUniqueViolation, openDatabase } from '../../src/database/database.ts'
import { Secret } from '../../src/secret.ts'
import { createEmptyDatabase, testOnBoth } from '../support/database.ts'
import { onEnd } from '../support/on-end.ts'

testOnBoth('keeps transactions whole and apart, and gives ids never used before', async (t, engine) => {
  const { url } = await createEmptyDatabase(t, engine)
  const path = url.slice('sqlite:'.length)
  const database = await openDatabase(
    engine === 'sqlite' ? { engine, path } : { engine, url: new Secret(url) },
  )
  onEnd(t, () => database.close())
  await database.migrate()
  await database.migrate()
  const insert = (name: string) => ({ name, created_at: 1 })

  const failed = database.transaction(async (sql) => {
    await sql.insertInto('tenants').values(insert('lost')).execute()
    throw new Error('no')
  })
  await rejects(failed, /no/)
  const parallel = Array.from({ length: 20 }, (_, index) =>
    database.transaction(async (sql) => {
      await sql
        .insertInto('tenants')
        .values(insert(`a${index}`))
        .execute()
      await sql
        .insertInto('tenants')
        .values(insert(`b${index}`))
        .execute()
    }),
  )
  await Promise.all(parallel)
  const rows = await database.sql.selectFrom('tenants').select(['id', 'name']).orderBy('id').execute()
  equal(rows.length, 40)
  deepEqual(new Set(rows.map(({ id }) => typeof id)), new Set(['number']))

  const twice = database.sql.insertInto('tenants').values(insert('a1')).execute()
  await rejects(twice, (error) => isUniqueViolation(error))
  const last = rows.at(-1)?.id ?? 0
  await database.sql.deleteFrom('tenants').where('id', '=', last).execute()
  const fresh = await database.sql
    .insertInto('tenants')
    .values(insert('new'))
    .returning('id')
    .executeTakeFirst()
  equal((fresh?.id ?? 0) > last, true)
})
