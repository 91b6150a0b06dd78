import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Images by the SHA-256 of their content, in hex. Nodes that share a database share this store. */
export type ImageFiles = {
  has(hash: string): Promise<boolean>
  find(hash: string): Promise<Buffer | null>
  /** Returns the hash. */
  keep(bytes: Buffer): Promise<string>
}

/** A folder, with a folder below it for each first two digits. */
export function createImageFiles(folder: string): ImageFiles {
  const pathOf = (hash: string) => `${folder}/${hash.slice(0, 2)}/${hash}`
  return {
    has: async (hash) => (await unlessAbsent(access(pathOf(hash)).then(() => true))) ?? false,
    find: (hash) => unlessAbsent(readFile(pathOf(hash))),

    async keep(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex')
      const path = pathOf(hash)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      // Nobody ever sees half an image: it gets its name when it is whole, and on the disk.
      const unfinished = `${path}.${randomUUID()}`
      try {
        await writeFile(unfinished, bytes, { flush: true, mode: 0o600 })
        await rename(unfinished, path)
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
      return hash
    },
  }
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
