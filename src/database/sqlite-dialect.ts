import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** Kysely on the SQLite that comes with Node. One connection; transactions take turns. */
export function createSqliteDialect(path: string): Dialect {
  return {
    createAdapter: () => new TransactionalDdlAdapter(),
    createDriver: () => createSqliteDriver(path),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

// Without this the Migrator takes no lock, and processes that start together collide.
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function createSqliteDriver(path: string): Driver {
  const turns = createTurns()
  let database: DatabaseSync | undefined
  let connection: DatabaseConnection | undefined
  const run = (sql: string) => async (): Promise<void> => database?.exec(sql)
  return {
    async init() {
      database = new DatabaseSync(path, { timeout: 10_000 })
      // The write-ahead log survives kill -9; NORMAL may lose the last moments in a power cut, never consistency.
      database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on')
      database.exec('pragma cache_size = -16000; pragma temp_store = memory')
      connection = createConnection(database)
    },
    async acquireConnection() {
      if (connection === undefined) throw new Error('the SQLite driver is not initialised')
      await turns.take()
      return connection
    },
    async releaseConnection() {
      turns.pass()
    },
    // "immediate": a transaction that upgrades from read to write later cannot wait, it fails.
    beginTransaction: run('begin immediate'),
    commitTransaction: run('commit'),
    rollbackTransaction: run('rollback'),
    async destroy() {
      database?.close()
      database = undefined
    },
  }
}

function createConnection(database: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, { statement: StatementSync; isReader: boolean }>()
  function prepare(sql: string) {
    let prepared = statements.get(sql)
    if (prepared === undefined) {
      const statement = database.prepare(sql)
      prepared = { statement, isReader: statement.columns().length > 0 }
      if (statements.size >= 500) statements.clear()
      statements.set(sql, prepared)
    }
    return prepared
  }
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { statement, isReader } = prepare(sql)
      const values = parameters.map(toSqlValue)
      if (isReader) return { rows: statement.all(...values) as R[] }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    streamQuery() {
      throw new Error('streaming is not supported on SQLite')
    },
  }
}

// node:sqlite takes a leading object as named parameters and shifts all values: no object may get through.
function toSqlValue(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    return value
  }
  if (value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot store a ${value.constructor.name}`)
}

/** A queue of one: `take` waits until everybody before has called `pass`. */
function createTurns() {
  let isTaken = false
  const waiting: (() => void)[] = []
  return {
    async take(): Promise<void> {
      if (!isTaken) {
        isTaken = true
        return
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    },
    pass(): void {
      const next = waiting.shift()
      if (next === undefined) isTaken = false
      else next()
    },
  }
}
