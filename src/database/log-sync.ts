import { type FileHandle, open } from 'node:fs/promises'

export type LogSync = ReturnType<typeof createLogSync>

/**
 * Brings what SQLite has committed to the disk itself: the write-ahead log holds it, and `synchronous = normal`
 * leaves it to the system when to write. What `synchronous = full` does within each commit, done outside of the
 * event loop: others commit meanwhile. Where the log was moved into the database before, SQLite synced both.
 */
export function createLogSync(databasePath: string) {
  let file: Promise<FileHandle> | null = null

  // One handle for good: the log lives as long as the connection.
  function openLog(): Promise<FileHandle> {
    file ??= open(`${databasePath}-wal`, 'r').catch((error) => {
      file = null
      throw error
    })
    return file
  }

  return {
    async sync(): Promise<void> {
      await (await openLog()).datasync()
    },

    async close(): Promise<void> {
      await (await file)?.close()
      file = null
    },
  }
}
