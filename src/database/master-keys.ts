import { Secret } from '../secret.ts'

/** A key that seals data keys: an id that is stored beside what it sealed, and 32 bytes as base64. */
export type MasterKey = { id: string; key: Secret }

/** The first seals; the others still unseal. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]]

/**
 * Reads `id:base64,id:base64`. Errors name the place in the list, never a value: what stands in the place
 * of an id may be a key that was pasted without one.
 */
export function parseMasterKeys(text: string): MasterKeys {
  const [first, ...others] = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseMasterKey)
  if (first === undefined) throw new Error('holds no key')
  const keys: MasterKeys = [first, ...others]
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error('holds the same key id twice')
  return keys
}

export function formatMasterKeys(keys: readonly MasterKey[]): string {
  return keys.map(({ id, key }) => `${id}:${key.reveal()}`).join(',')
}

function parseMasterKey(part: string, index: number): MasterKey {
  const separator = part.indexOf(':')
  const id = part.slice(0, separator)
  const base64 = part.slice(separator + 1)
  const place = `key ${index + 1}`
  if (separator < 1 || !/^[\w.-]{1,32}$/.test(id)) throw new Error(`${place} is not of the form id:base64`)
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== 32 || bytes.toString('base64') !== base64) {
    throw new Error(`${place} is not 32 bytes in base64`)
  }
  return { id, key: new Secret(base64) }
}
