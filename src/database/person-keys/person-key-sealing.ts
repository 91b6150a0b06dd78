import { createSecretKey, type KeyObject } from 'node:crypto'
import type { MasterKeys } from '../master-keys.ts'
import { sealBytes, unsealBytes } from '../sealing.ts'
import type { PersonKeyRow } from './person-keys-store.ts'

/** Seals person keys under the first master key. `read` tells the master keys as they are now. */
export function createPersonKeySealing(read: () => MasterKeys) {
  const known = new Map<string, KeyObject>()

  function learn(): string {
    const keys = read()
    for (const { id, key } of keys) {
      if (!known.has(id)) known.set(id, createSecretKey(Buffer.from(key.reveal(), 'base64')))
    }
    return keys[0].id
  }

  function masterKey(id: string): KeyObject {
    // A rotation elsewhere may have brought a new one.
    if (!known.has(id)) learn()
    const key = known.get(id)
    if (key === undefined) {
      throw new Error(`a person's key was sealed with master key "${id}", which is not among the keys given`)
    }
    return key
  }

  function seal(id: Uint8Array, key: Uint8Array): PersonKeyRow {
    const masterKeyId = learn()
    return { id, masterKeyId, sealed: sealBytes(masterKey(masterKeyId), 0, contextOf(id), key) }
  }

  function unseal({ id, masterKeyId, sealed }: PersonKeyRow): Buffer {
    return unsealBytes(masterKey(masterKeyId), contextOf(id), sealed)
  }

  return {
    seal,
    unseal,
    reseal: (row: PersonKeyRow): PersonKeyRow => seal(row.id, unseal(row)),
    currentId: learn,
  }
}

function contextOf(id: Uint8Array): string {
  return `person_keys.sealed:${Buffer.from(id).toString('hex')}`
}
