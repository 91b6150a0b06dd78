import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { createSqliteSession, type SqliteSession } from './sqlite-session.ts'

export type SqliteUse = 'serving' | 'bulk' | 'appending'

/**
 * Rows of a bulk go everywhere into the indexes of hashes, which are 56 MB for a million members. In this cache they
 * need not be read again, and in a log of 400 MB a page that is written for nearly every commit waits for its one way
 * into the file: at a million, 12 KB written and 3 KB read for each row instead of 18 and 15.
 */
const sizes = {
  serving: { cacheKb: 16_000, mappedBytes: 256_000_000, checkpointPages: 4000, keptLogBytes: 64_000_000 },
  bulk: { cacheKb: 64_000, mappedBytes: 0, checkpointPages: 100_000, keptLogBytes: 400_000_000 },
  /** The keys of a bulk: each goes behind the last one. */
  appending: { cacheKb: 4000, mappedBytes: 0, checkpointPages: 4000, keptLogBytes: 64_000_000 },
}

/** Kysely on the SQLite that comes with Node: one connection, whose users take turns. */
export function createSqliteDialect(path: string, use: SqliteUse): Dialect {
  const opened: Opened = { session: null }
  return {
    createAdapter: () => new OneConnectionAdapter(opened),
    createDriver: () => createSqliteDriver(path, use, opened),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** How long a statement waits for another process. */
export const busyTimeoutMs = 10_000

type Opened = { session: SqliteSession | null }

export class OneConnectionAdapter extends SqliteAdapter {
  readonly #opened: Opened

  constructor(opened: Opened) {
    super()
    this.#opened = opened
  }

  /** Null where the statement has to go the long way: the database is not open yet, or others are before it. */
  queryNow<R>(query: CompiledQuery<R>, isInside: boolean): QueryResult<R> | null {
    return this.#opened.session?.queryNow(query, isInside) ?? null
  }

  // Without this the Migrator takes no lock, and processes that start together collide.
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  // Kysely would hold a lock of its own over each transaction's commit, and no commit could be shared.
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

function createSqliteDriver(path: string, use: SqliteUse, opened: Opened): Driver {
  const getSession = (): SqliteSession => {
    if (opened.session === null) throw new Error('the SQLite driver is not initialised')
    return opened.session
  }
  let stopMapping = () => {}
  return {
    async init() {
      const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
      // The write-ahead log survives kill -9; NORMAL may lose the last moments in a power cut, never consistency.
      database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on')
      // What is deleted is overwritten: erased data must not lie about in free pages.
      database.exec('pragma secure_delete = on; pragma temp_store = memory')
      const { cacheKb, mappedBytes, checkpointPages, keptLogBytes } = sizes[use]
      database.exec(`pragma cache_size = -${cacheKb}; pragma wal_autocheckpoint = ${checkpointPages}`)
      database.exec(`pragma journal_size_limit = ${keptLogBytes}`)
      if (mappedBytes > 0) stopMapping = mapOnceLarge(database, path, mappedBytes)
      opened.session = createSqliteSession(database)
    },
    acquireConnection: () => getSession().acquire(),
    releaseConnection: async (connection) => getSession().release(connection),
    beginTransaction: async (connection) => getSession().begin(connection),
    commitTransaction: (connection) => getSession().commit(connection),
    rollbackTransaction: async (connection) => getSession().rollback(connection),
    async destroy() {
      stopMapping()
      opened.session?.close()
      opened.session = null
    },
  }
}

const largeBytes = 400_000_000
const sizeLookMs = 5000

/**
 * Of a million users each page that a call needs is another one: 100 of them, anywhere, take 1.0 ms to read, and 0.5
 * through a map of the file. The map counts as memory of this process, though it is the system's cache, which gives
 * way: a file that the system holds anyway is not worth it. An import by another process may make a file large.
 */
function mapOnceLarge(database: DatabaseSync, path: string, mappedBytes: number): () => void {
  function look(): void {
    if (database.isTransaction || sizeOf(path) < largeBytes) return
    database.exec(`pragma mmap_size = ${mappedBytes}`)
    clearInterval(timer)
  }
  const timer = setInterval(look, sizeLookMs).unref()
  look()
  return () => clearInterval(timer)
}

/** A file that cannot be looked at is as good as small: nothing hangs on the map but speed. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
