import { type FileHandle, open } from 'node:fs/promises'

/** What was committed may not be on the disk. */
export class LogSyncError extends Error {
  override name = 'LogSyncError'

  constructor(cause: unknown) {
    super('the write-ahead log could not be brought to the disk; start again', { cause })
  }
}

export type LogSync = ReturnType<typeof createLogSync>

/**
 * Brings what SQLite has committed to the disk itself: the write-ahead log holds it, and `synchronous = normal`
 * leaves it to the system when to write. What `synchronous = full` does within each commit, done outside of the
 * event loop: others commit meanwhile. Where the log was moved into the database before, SQLite synced both.
 * After a failure it fails for good: the system may have dropped what it could not write, and would call the next
 * attempt a success. Until a new start nothing more is acknowledged.
 */
export function createLogSync(databasePath: string) {
  let file: Promise<FileHandle> | null = null
  let failure: Error | null = null

  let running = Promise.resolve()
  // Begins when the running one has ended, so it covers whatever was committed until then.
  let next: Promise<void> | null = null

  // One handle for good: the log lives as long as the connection.
  function openLog(): Promise<FileHandle> {
    file ??= open(`${databasePath}-wal`, 'r').catch((error) => {
      file = null
      throw error
    })
    return file
  }

  async function syncNow(): Promise<void> {
    if (failure !== null) throw failure
    const log = await openLog()
    try {
      await log.datasync()
    } catch (cause) {
      failure ??= new LogSyncError(cause)
      throw failure
    }
  }

  return {
    /** Resolves when all is on disk that was committed before the call. Those that wait share a sync. */
    sync(): Promise<void> {
      next ??= running
        .catch(() => undefined)
        .then(() => {
          running = syncNow()
          next = null
          return running
        })
      return next
    },

    async close(): Promise<void> {
      await (await file)?.close()
      file = null
    },
  }
}
