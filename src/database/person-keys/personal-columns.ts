import { keyNumberOf, sealBytes, unsealText } from '../sealing.ts'
import type { PersonKey } from './person-keys.ts'

/** The columns that are sealed under the key of the person whose row they stand in. */
export type PersonalColumn = 'users.unverified_phone' | 'users.verified_phone' | 'members.personal'

/** Data keys are counted from 1. */
const personKeyNumber = 0

/**
 * A value opens only in its own table and column, and under the key of its own person. A person has one row, which
 * names the key: so it opens in its own row only.
 */
export function sealPersonal(person: PersonKey, column: PersonalColumn, value: string): Buffer {
  return sealBytes(person.key, personKeyNumber, contextOf(person, column), Buffer.from(value))
}

export function unsealPersonal(person: PersonKey, column: PersonalColumn, sealed: Uint8Array): string {
  return unsealText(person.key, contextOf(person, column), sealed)
}

/** Phone numbers were once sealed under a data key. */
export function isSealedForPerson(sealed: Uint8Array): boolean {
  return keyNumberOf(sealed) === personKeyNumber
}

function contextOf({ id }: PersonKey, column: PersonalColumn): string {
  return `${column}:${id.toString('hex')}`
}
