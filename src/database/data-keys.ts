import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Database } from './database.ts'
import type { MasterKey, MasterKeys } from './master-keys.ts'
import { keyNumberOf, sealBytes, unsealBytes } from './sealing.ts'

/** A random key that seals one kind of data, itself sealed under a master key. */
export type DataKey = { id: number; purpose: string; key: KeyObject }

export type DataKeys = ReturnType<typeof createDataKeys>

/** Data keys by purpose and by number; each is made when it is first asked for. */
export function createDataKeys(database: Database, masterKeys: MasterKeys, now: () => number) {
  const byPurpose = new Map<string, DataKey>()
  const byId = new Map<number, DataKey>()

  function remember(row: DataKeyRow): DataKey {
    const found = { id: row.id, purpose: row.purpose, key: createSecretKey(unsealDataKey(masterKeys, row)) }
    byPurpose.set(row.purpose, found)
    byId.set(row.id, found)
    return found
  }

  async function insertIfAbsent(purpose: string): Promise<void> {
    const [masterKey] = masterKeys
    await database.sql
      .insertInto('data_keys')
      .values({
        purpose,
        master_key_id: masterKey.id,
        sealed: sealDataKey(masterKey, purpose, randomBytes(32)),
        created_at: now(),
      })
      .onConflict((conflict) => conflict.column('purpose').doNothing())
      .execute()
  }

  return {
    /** Loads the keys of these purposes, making those that are missing; safe in several processes at once. */
    async load(purposes: readonly string[]): Promise<void> {
      const rows = await database.sql.selectFrom('data_keys').selectAll().execute()
      for (const row of rows) remember(row)
      for (const purpose of purposes) if (!byPurpose.has(purpose)) await this.obtain(purpose)
    },

    async obtain(purpose: string): Promise<DataKey> {
      const known = byPurpose.get(purpose)
      if (known !== undefined) return known
      await insertIfAbsent(purpose)
      const query = database.sql.selectFrom('data_keys').selectAll().where('purpose', '=', purpose)
      return remember(await query.executeTakeFirstOrThrow())
    },

    getByPurpose(purpose: string): DataKey {
      const found = byPurpose.get(purpose)
      if (found === undefined) throw new Error(`the data key for ${purpose} is not loaded`)
      return found
    },

    getBySealed(sealed: Uint8Array): DataKey {
      const found = byId.get(keyNumberOf(sealed))
      if (found === undefined) throw new Error('a stored value was sealed with a data key that is not there')
      return found
    },

    /**
     * Seals every data key under the first master key; the data stays as it is, so hubs that run with both
     * master keys notice nothing. Returns how many keys were sealed anew.
     */
    async rotateMaster(): Promise<number> {
      const [masterKey] = masterKeys
      return database.transaction(async (sql) => {
        const rows = await sql
          .selectFrom('data_keys')
          .selectAll()
          .where('master_key_id', '!=', masterKey.id)
          .execute()
        for (const row of rows) {
          const sealed = sealDataKey(masterKey, row.purpose, unsealDataKey(masterKeys, row))
          await sql
            .updateTable('data_keys')
            .set({ sealed, master_key_id: masterKey.id })
            .where('id', '=', row.id)
            .execute()
        }
        return rows.length
      })
    },
  }
}

type DataKeyRow = { id: number; purpose: string; master_key_id: string; sealed: Uint8Array }

function sealDataKey(masterKey: MasterKey, purpose: string, key: Buffer): Buffer {
  return sealBytes(masterKeyBytes(masterKey), 0, `data_keys.sealed:${purpose}`, key)
}

function unsealDataKey(masterKeys: MasterKeys, row: DataKeyRow): Buffer {
  const masterKey = masterKeys.find(({ id }) => id === row.master_key_id)
  if (masterKey === undefined) {
    throw new Error(
      `the database was sealed with master key "${row.master_key_id}", which is not among the keys given`,
    )
  }
  try {
    return unsealBytes(masterKeyBytes(masterKey), `data_keys.sealed:${row.purpose}`, row.sealed)
  } catch (cause) {
    throw new Error(`master key "${row.master_key_id}" is not the one that sealed the database`, { cause })
  }
}

function masterKeyBytes({ key }: MasterKey): Buffer {
  return Buffer.from(key.reveal(), 'base64')
}
