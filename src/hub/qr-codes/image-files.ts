import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Which of these hashes are in use. */
export type ListNamed = (hashes: readonly string[]) => Promise<readonly string[]>

/** Images by the SHA-256 of their content, in hex. Nodes that share a database share this store. */
export type ImageFiles = {
  has(hash: string): Promise<boolean>
  find(hash: string): Promise<Buffer | null>
  /** Returns the hash. */
  keep(bytes: Buffer): Promise<string>
  /** Removes images that are known not to be in use since before `before` (unix ms). Returns how many. */
  removeUnnamed(before: number, listNamed: ListNamed): Promise<number>
}

const finished = /^[0-9a-f]{64}$/
const asideForm = /^[0-9a-f]{64}\.[0-9a-f-]{36}$/
const mark = '.unnamed'
const markForm = /^[0-9a-f]{64}\.unnamed$/
const firstDigits = /^[0-9a-f]{2}$/
const batch = 500

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
      const aside = asideOf(path)
      try {
        await writeFile(aside, bytes, { flush: true, mode: 0o600 })
        await rename(aside, path)
      } catch (error) {
        await rm(aside, { force: true })
        throw error
      }
      return hash
    },

    async removeUnnamed(before, listNamed) {
      let removed = 0
      for (const part of await listFolder(folder, firstDigits)) {
        const path = `${folder}/${part}`
        await removeAsides(path, before)
        const unnamed = await listUnnamed(await listFolder(path, finished), listNamed)
        await removeMarks(path, new Set(unnamed))
        for (const hash of unnamed) if (await removeOnceMarked(`${path}/${hash}`, before)) removed += 1
      }
      return removed
    },
  }
}

/** What a killed process was writing or taking away. */
async function removeAsides(folder: string, before: number): Promise<void> {
  for (const name of await listFolder(folder, asideForm)) {
    if (await isOlder(`${folder}/${name}`, before)) await rm(`${folder}/${name}`, { force: true })
  }
}

async function removeMarks(folder: string, unnamed: ReadonlySet<string>): Promise<void> {
  for (const name of await listFolder(folder, markForm)) {
    if (!unnamed.has(name.slice(0, -mark.length))) await rm(`${folder}/${name}`, { force: true })
  }
}

/** A mark beside the image tells since when it is not in use: a wrong database for an hour costs no image. */
async function removeOnceMarked(path: string, before: number): Promise<boolean> {
  const isMarked = await unlessAbsent(access(path + mark).then(() => true))
  if (isMarked === null) await writeFile(path + mark, '', { mode: 0o600 })
  if (!(await isOlder(path + mark, before)) || !(await removeOlder(path, before))) return false
  await rm(path + mark, { force: true })
  return true
}

/**
 * `keep` always writes a file anew before a row names it, so one that is old and unnamed can be named no more.
 * Whether it is that one still is certain only once it is out of the way: a fresh one is put back.
 */
async function removeOlder(path: string, before: number): Promise<boolean> {
  if (!(await isOlder(path, before))) return false
  const aside = asideOf(path)
  const isMoved = await unlessAbsent(rename(path, aside).then(() => true))
  if (isMoved === null) return false
  if (!(await isOlder(aside, before))) {
    await rename(aside, path)
    return false
  }
  await rm(aside, { force: true })
  return true
}

async function listUnnamed(hashes: string[], listNamed: ListNamed): Promise<string[]> {
  const unnamed: string[] = []
  for (let at = 0; at < hashes.length; at += batch) {
    const some = hashes.slice(at, at + batch)
    const named = new Set(await listNamed(some))
    unnamed.push(...some.filter((hash) => !named.has(hash)))
  }
  return unnamed
}

function asideOf(path: string): string {
  return `${path}.${randomUUID()}`
}

async function isOlder(path: string, before: number): Promise<boolean> {
  const found = await unlessAbsent(stat(path))
  return found !== null && found.mtimeMs < before
}

/** The names in a folder that have this form: what else lies there is not ours. */
async function listFolder(path: string, form: RegExp): Promise<string[]> {
  const names = (await unlessAbsent(readdir(path))) ?? []
  return names.filter((name) => form.test(name))
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}
