import { createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'
import type { MasterKeys } from '../master-keys.ts'
import { drawRandomBytes } from '../random-bytes.ts'
import { createPersonKeyCache } from './person-key-cache.ts'
import type { PersonKeyDatabase } from './person-key-database.ts'
import { createPersonKeySealing } from './person-key-sealing.ts'
import { createPersonKeyWriter } from './person-key-writer.ts'
import {
  countDestructions,
  deletePersonKeys,
  findPersonKey,
  listKeysToRotate,
  listOldPersonKeys,
  listPersonKeys,
  type PersonKeyRow,
  updatePersonKey,
} from './person-keys-store.ts'

/** What seals one person's data. `id` is 16 bytes: it stands in the person's row, and in no other. */
export type PersonKey = { id: Buffer; key: KeyObject }

export type PersonKeys = ReturnType<typeof createPersonKeys>

type Deps = { database: PersonKeyDatabase; masterKeys: () => MasterKeys; now: () => number }

const rotationBatch = 500

/** The keys of persons: whoever destroys one makes all that it sealed unreadable, in every backup too. */
export function createPersonKeys({ database, masterKeys, now }: Deps) {
  const { sql } = database
  const sealing = createPersonKeySealing(masterKeys)
  const writer = createPersonKeyWriter(database, now)
  const cache = createPersonKeyCache({ countDestructions: () => countDestructions(sql), now })
  // Of what was destroyed while another process read the file.
  let isLogDue = false

  function open(row: PersonKeyRow, readIn: number): PersonKey {
    const id = Buffer.from(row.id)
    const opened = { id, key: createSecretKey(sealing.unseal(row)) }
    cache.set(id.toString('hex'), opened, readIn)
    return opened
  }

  return {
    /** A new person's key; it is on disk when this returns, so that a row which needs it can be written. */
    async create(): Promise<PersonKey> {
      const bytes = randomFillSync(Buffer.alloc(32))
      const id = makeId(now())
      await writer.write(sealing.seal(id, bytes))
      return { id, key: createSecretKey(bytes) }
    },

    /** Null where the key was destroyed. */
    async find(id: Uint8Array): Promise<PersonKey | null> {
      const readIn = await cache.look()
      const cached = cache.get(nameOf(id))
      if (cached !== undefined) return cached
      const row = await findPersonKey(sql, id)
      return row === null ? null : open(row, readIn)
    },

    /** By id in hex; those that were destroyed are not among them. At most some thousands at once. */
    async findMany(ids: readonly Uint8Array[]): Promise<Map<string, PersonKey>> {
      const readIn = await cache.look()
      const found = new Map<string, PersonKey>()
      const missing = new Map<string, Uint8Array>()
      for (const id of ids) {
        const name = nameOf(id)
        const cached = cache.get(name)
        if (cached === undefined) missing.set(name, id)
        else found.set(name, cached)
      }
      if (missing.size === 0) return found
      for (const row of await listPersonKeys(sql, [...missing.values()])) {
        const key = open(row, readIn)
        found.set(key.id.toString('hex'), key)
      }
      return found
    },

    /** The ids of keys that were made before `before`, in their order, those behind `after`. */
    listOld: (page: { after: Uint8Array; before: number; limit: number }): Promise<Uint8Array[]> =>
      listOldPersonKeys(sql, page),

    /**
     * For good: a power cut does not bring them back, and other nodes forget them within a second. False where
     * SQLite's log still holds them: the same call takes them out later, and so does any other one of this process.
     */
    async destroy(ids: readonly Uint8Array[]): Promise<boolean> {
      if (ids.length === 0 && !isLogDue) return true
      if (ids.length > 0) await database.durable((trx) => deletePersonKeys(trx, ids))
      cache.clear()
      isLogDue = true
      const isEmpty = await database.emptyLog()
      isLogDue = !isEmpty
      return isEmpty
    },

    /**
     * Seals the keys under the first master key, in batches while hubs serve. Stopped halfway, it goes on from
     * there the next time. Returns how many were sealed anew.
     */
    async rotateMaster(): Promise<number> {
      const masterKeyId = sealing.currentId()
      let after: Uint8Array = Buffer.alloc(0)
      for (let count = 0; ; ) {
        const rows = await listKeysToRotate(sql, { masterKeyId, after, limit: rotationBatch })
        const last = rows.at(-1)
        if (last === undefined) return count
        const resealed = rows.map(sealing.reseal)
        await database.durable(async (trx) => {
          for (const row of resealed) await updatePersonKey(trx, row)
        })
        count += rows.length
        after = last.id
      }
    },
  }
}

/** The bytes are not copied for it. */
function nameOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex')
}

/** Random, behind the time: keys that are made one after the other lie beside each other on disk. */
function makeId(at: number): Buffer {
  const id = Buffer.alloc(16)
  id.writeUIntBE(at, 0, 6)
  drawRandomBytes(10).copy(id, 6)
  return id
}
