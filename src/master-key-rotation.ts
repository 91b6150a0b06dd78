import type { Config } from './config.ts'
import { createDataKeys } from './database/data-keys.ts'
import { type Database, openDatabase } from './database/database.ts'
import { makeMasterKey, readMasterKeyFile, writeMasterKeyFile } from './database/master-key-file.ts'
import type { MasterKeys } from './database/master-keys.ts'
import { claimPersonKeys, openPersonKeyDatabase } from './database/person-keys/person-key-database.ts'
import { createPersonKeys } from './database/person-keys/person-keys.ts'
import { insertAuditEntry } from './hub/audit/audit-store.ts'
import { masterKeyPath } from './open-hub.ts'

/** The id of the master key that seals from now on, and how many data keys and persons' keys were sealed anew. */
export type Rotation = { masterKeyId: string; resealed: number; resealedPersonKeys: number }

/**
 * Seals every data key and every person's key under the first of WEHUB_MASTER_KEYS. Where the key lives in the data directory, a
 * new one is made, and the one before stays in the file for hubs that still run with it. Hubs that are
 * running go on: they hold the data keys, which stay as they are, and have both master keys to open a person's key.
 */
export async function rotateMasterKey(config: Config): Promise<Rotation> {
  await using database = await openDatabase(config.database)
  await database.migrate()
  const path = masterKeyPath(config)
  const masterKeys = config.masterKeys ?? addKeyToFile(path)
  const resealed = await createDataKeys(database, masterKeys, Date.now).rotateMaster()
  await using personKeyDatabase = await openPersonKeyDatabase(config.database)
  await claimPersonKeys(database, personKeyDatabase)
  const personKeys = createPersonKeys({
    database: personKeyDatabase,
    masterKeys: () => masterKeys,
    now: Date.now,
  })
  const resealedPersonKeys = await personKeys.rotateMaster()
  if (config.masterKeys === null) writeMasterKeyFile(path, masterKeys.slice(0, 2))
  const rotation = { masterKeyId: masterKeys[0].id, resealed, resealedPersonKeys }
  await note(database, rotation)
  return rotation
}

/** The ids of keys are no secrets. */
function note(database: Database, { masterKeyId, ...detail }: Rotation): Promise<void> {
  const noted = { action: 'master_key.rotated', subject: `master_key:${masterKeyId}`, tenantId: null, detail }
  const actor = { name: 'cli', address: null }
  return insertAuditEntry(database.sql, { ...noted, at: Date.now(), actor })
}

// The file is written before the database: whatever is sealed can be unsealed at any moment.
function addKeyToFile(path: string): MasterKeys {
  const present = readMasterKeyFile(path)
  const keys: MasterKeys = [makeMasterKey(), ...present]
  writeMasterKeyFile(path, keys)
  return keys
}
