import { randomUUID } from 'node:crypto'
import { Kysely, sql } from 'kysely'
import { createDialect, type Database, type Location } from '../database.ts'
import { emptyLog } from '../empty-log.ts'
import { createLogSync } from '../log-sync.ts'
import { migrate } from '../migrate.ts'
import type { SqliteUse } from '../sqlite-dialect.ts'
import { type PersonKeyTables, personKeyMigrations } from './person-key-tables.ts'

export type PersonKeyDatabase = Awaited<ReturnType<typeof openPersonKeyDatabase>>

const schema = 'wehub_keys'
const maxConnections = 4

/**
 * Opens and migrates the store of person keys: a second file beside the SQLite one, a schema of its own on
 * PostgreSQL. Keys and data are apart so that their backups can be kept for different times.
 */
export async function openPersonKeyDatabase(beside: Location, use: SqliteUse = 'serving') {
  const location = locationBeside(beside)
  const plain = new Kysely<PersonKeyTables>({
    dialect: await createDialect(location, { maxConnections, use }),
  })
  const kysely = location.engine === 'postgres' ? plain.withSchema(schema) : plain
  const logSync = location.engine === 'sqlite' ? createLogSync(location.path) : null
  // What is deleted is overwritten: a destroyed key must not lie about in a free page.
  if (logSync !== null) await sql`pragma secure_delete = on`.execute(plain)

  async function close(): Promise<void> {
    await logSync?.close()
    await plain.destroy()
  }

  try {
    await migrate(kysely, personKeyMigrations, location.engine === 'postgres' ? schema : undefined)
  } catch (error) {
    await close()
    throw error
  }

  return {
    sql: kysely,

    /** Survives a power cut when it returns. */
    async durable(work: (sql: Kysely<PersonKeyTables>) => Promise<void>): Promise<void> {
      await kysely.transaction().execute(work)
      await logSync?.sync()
    },

    /** As that of the database. */
    emptyLog: async (): Promise<boolean> => logSync === null || emptyLog(plain),

    close,
    [Symbol.asyncDispose]: close,
  }
}

/** `wehub.db` has its keys in `wehub-person-keys.db`. */
function locationBeside(location: Location): Location {
  if (location.engine === 'postgres') return location
  return { engine: 'sqlite', path: `${location.path.replace(/\.db$/, '')}-person-keys.db` }
}

/**
 * Refuses a key store that belongs to another database, or a new one in the place of one that was lost: with it
 * everybody's personal data would look as if it had been erased.
 */
export async function claimPersonKeys(database: Database, keys: PersonKeyDatabase): Promise<void> {
  const name = 'person_key_store'
  const made = { only_row: 1, id: randomUUID(), destructions: 0 }
  await keys.durable(async (trx) => {
    await trx
      .insertInto('person_key_store')
      .values(made)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
  const store = await keys.sql.selectFrom('person_key_store').select('id').executeTakeFirstOrThrow()
  await database.sql
    .insertInto('settings')
    .values({ name, value: store.id })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const query = database.sql.selectFrom('settings').select('value').where('name', '=', name)
  if ((await query.executeTakeFirst())?.value !== store.id) {
    throw new Error(
      'the store of person keys is not the one that belongs to this database: bring its backup back',
    )
  }
}
