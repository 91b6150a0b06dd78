import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Dialect, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import type { Secret } from '../secret.ts'
import { emptyLog } from './empty-log.ts'
import { createLogSync } from './log-sync.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/migrations.ts'
import type { Tables } from './schema.ts'
import { createSqliteDialect, type SqliteUse } from './sqlite-dialect.ts'

export type Sql = Kysely<Tables> | Transaction<Tables>
export type Engine = 'sqlite' | 'postgres'
export type Location = { engine: 'sqlite'; path: string } | { engine: 'postgres'; url: Secret }

const maxTries = 4

export type Database = Awaited<ReturnType<typeof openDatabase>>

/** Opens the database; it is not migrated yet. */
export async function openDatabase(location: Location, use: SqliteUse = 'serving') {
  const kysely = new Kysely<Tables>({ dialect: await createDialect(location, { use }) })
  const logSync = location.engine === 'sqlite' ? createLogSync(location.path) : null

  async function close(): Promise<void> {
    try {
      if (use === 'bulk' && logSync !== null) await bringLogIntoFile()
    } finally {
      await logSync?.close()
      await kysely.destroy()
    }
  }

  /** A bulk leaves a long log, in which a hub beside it would halt. The first way lets others write, the second is short. */
  async function bringLogIntoFile(): Promise<void> {
    // Where another process reads just now, the log stays as it is, and nothing else would sync it.
    await logSync?.sync()
    await sql`pragma wal_checkpoint(passive)`.execute(kysely)
    await sql`pragma wal_checkpoint(truncate)`.execute(kysely)
  }

  /** Whatever `work` wrote was rolled back where it gave way, so it can be done again as it stands. */
  async function transact<T>(work: (sql: Transaction<Tables>) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await kysely.transaction().execute(work)
      } catch (error) {
        if (!isGivenWay(error) || attempt === maxTries) throw error
      }
    }
  }

  return {
    engine: location.engine as Engine,
    sql: kysely,

    /**
     * Runs `work` in one transaction, and again where it gave way to another one. Nothing but SQL may be awaited
     * inside: on SQLite all others wait.
     */
    transaction: transact,

    /** As `transaction`, and survives a power cut on both engines: for what is acknowledged to somebody else. */
    async durableTransaction<T>(work: (sql: Transaction<Tables>) => Promise<T>): Promise<T> {
      const result = await transact(work)
      await logSync?.sync()
      return result
    },

    /** Brings the schema up to date; safe when several processes start at once. */
    async migrate(): Promise<void> {
      await migrate(kysely, migrations)
    },

    async ping(): Promise<void> {
      await kysely.selectFrom('settings').select('name').limit(1).execute()
    },

    /** See `emptyLog`: whether nothing that was overwritten is left in a log of SQLite's. */
    emptyLog: async (): Promise<boolean> => logSync === null || emptyLog(kysely),

    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Whether an insert failed because the row is there already. */
export function isUniqueViolation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('code' in error && error.code === '23505') return true
  return 'errcode' in error && (error.errcode === 2067 || error.errcode === 1555)
}

/** Whether PostgreSQL ended a transaction so that another could go on: the same work is to be done again. */
function isGivenWay(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001')
}

/** Whether a row could not be removed because others refer to it, or could not refer to one that is gone. */
export function isForeignKeyViolation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('code' in error && (error.code === '23503' || error.code === '23001')) return true
  return 'errcode' in error && error.errcode === 787
}

/** How Kysely reaches one of the two engines; `maxConnections` counts for PostgreSQL alone. */
export async function createDialect(
  location: Location,
  { maxConnections = 10, use = 'serving' }: { maxConnections?: number; use?: SqliteUse } = {},
): Promise<Dialect> {
  if (location.engine === 'postgres') return createPostgresDialect(location.url, maxConnections)
  mkdirSync(dirname(location.path), { recursive: true, mode: 0o700 })
  // Made here so that nobody else can read it; SQLite gives its log files the same rights.
  closeSync(openSync(location.path, 'a', 0o600))
  return createSqliteDialect(location.path, use)
}

async function createPostgresDialect(url: Secret, max: number): Promise<Dialect> {
  // Loaded only where it is used: a hub on SQLite starts sooner and smaller.
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 30_000,
    types: {
      getTypeParser: (oid, format) => (oid === int8 ? toSafeInteger : pg.types.getTypeParser(oid, format)),
    },
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined)
  // One that breaks in use fails the query that it was used for; the pool listens to idle ones only.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new PostgresDialect({ pool })
}

const int8 = 20

function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('an integer from the database is beyond 2^53')
  return value
}
