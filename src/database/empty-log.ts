import { type Kysely, sql } from 'kysely'
import { busyTimeoutMs } from './sqlite-dialect.ts'

/** A halt of the whole process: no more than somebody who reads a backup out of the file is worth. */
const patienceMs = 250

/**
 * Takes what was overwritten out of SQLite's log too. False where another process is reading just now: what it reads
 * stays there, and the same call does it later.
 */
export function emptyLog<T>(database: Kysely<T>): Promise<boolean> {
  // Nobody else's statement comes in between.
  return database.connection().execute(async (one) => {
    await sql`pragma busy_timeout = ${sql.lit(patienceMs)}`.execute(one)
    try {
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(one)
      return rows[0]?.busy === 0
    } finally {
      await sql`pragma busy_timeout = ${sql.lit(busyTimeoutMs)}`.execute(one)
    }
  })
}
