import type { PersonKeyDatabase } from './person-key-database.ts'
import { insertPersonKeys, type PersonKeyRow } from './person-keys-store.ts'

type Waiting = { row: PersonKeyRow; resolve: () => void; reject: (error: unknown) => void }

const maxTogether = 500

/** Stores keys. Those that arrive while a commit is under way share the next one. */
export function createPersonKeyWriter(database: PersonKeyDatabase, now: () => number) {
  const waiting: Waiting[] = []
  let isWriting = false

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      const rows = batch.map(({ row }) => row)
      await database.durable((sql) => insertPersonKeys(sql, rows, now()))
      for (const { resolve } of batch) resolve()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async function writeAll(): Promise<void> {
    isWriting = true
    // Those who ask in the same turn of the event loop come into one commit.
    await undefined
    while (waiting.length > 0) await write(waiting.splice(0, maxTogether))
    isWriting = false
  }

  return {
    /** Resolves when the key is on disk. */
    write(row: PersonKeyRow): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ row, resolve, reject })
      if (!isWriting) void writeAll()
      return promise
    },
  }
}
