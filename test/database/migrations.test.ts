import { deepEqual, equal } from 'node:assert/strict'
import { Migrator } from 'kysely/migration'
import { openDatabase } from '../../src/database/database.ts'
import { migrations } from '../../src/database/migrations/migrations.ts'
import { Secret } from '../../src/secret.ts'
import { createEmptyDatabase, testOnBoth } from '../support/database.ts'
import { executeSql } from '../support/execute-sql.ts'
import { onEnd } from '../support/on-end.ts'
import { readValues } from '../support/read-values.ts'

testOnBoth(
  'keeps erasures, and gives a revocation to its person, where a hub is updated',
  async (t, engine) => {
    const place = await createEmptyDatabase(t, engine)
    const path = place.url.slice('sqlite:'.length)
    const location = engine === 'sqlite' ? { engine, path } : { engine, url: new Secret(place.url) }
    const database = await openDatabase(location)
    onEnd(t, () => database.close())
    const migrator = new Migrator({ db: database.sql, provider: { getMigrations: async () => migrations } })
    await migrator.migrateTo('0011-payers')
    const key = (id: number) => (engine === 'postgres' ? `'\\x0${id}'` : `x'0${id}'`)
    const message = (id: number, event: string, content: object) =>
      `insert into messages (app_id, dedupe_key, open_id, kind, event, created_at, received_at, content)
      values ('wx1', ${key(id)}, 'o_service', 'event', '${event}', 0, 0, '${JSON.stringify(content)}')`
    for (const statement of [
      "insert into tenants (name, created_at) values ('one', 0)",
      "insert into apps (app_id, tenant_id, kind, name, created_at) values ('wx1', 1, 'mini_program', 'a', 0)",
      'insert into users (tenant_id, created_at) values (1, 0)',
      "insert into erasures (user_id, tenant_id, receipt_id, erased_at, keys_backup_lapses_at) values (1, 1, 'r', 7, 8)",
      message(1, 'user_authorization_revoke', { revokedOpenId: 'o_person' }),
      message(2, 'user_authorization_revoke', {}),
      message(3, 'SCAN', { revokedOpenId: 'o_person' }),
    ])
      await executeSql(place, statement)

    await database.migrate()
    const senders = await readValues(place, 'select open_id as value from messages order by id')
    deepEqual(senders, ['o_person', 'o_service', 'o_service'])
    const erasures = 'select receipt_id as value from erasures where user_id = 1 and erased_at = 7'
    deepEqual(await readValues(place, erasures), ['r'])
    await executeSql(
      place,
      "insert into erasures (tenant_id, receipt_id, erased_at, keys_backup_lapses_at) values (1, 's', 7, 8)",
    )
    equal((await readValues(place, 'select max(id) as value from erasures'))[0], '2')
  },
)
