import type { PersonKey } from '../../database/person-keys/person-keys.ts'
import { isSealedForPerson, unsealPersonal } from '../../database/person-keys/personal-columns.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { PhoneRow } from './user-phones-store.ts'

/** A number that WeChat vouches for: mainland numbers plain, others as in E.164. `countryCode` has no plus. */
export type VerifiedPhone = { phone: string; countryCode: string }

/** A user's number; nobody checked that it is theirs unless it is verified. */
export type KnownPhone = { phone: string; isVerified: boolean }

export type PhoneColumn = 'users.verified_phone' | 'users.unverified_phone'

/** Null where there is none, or its key was destroyed. */
export function openPhone(sealed: SealedColumns, row: PhoneRow, person: PersonKey | null): KnownPhone | null {
  const { verified, unverified } = row
  if (verified !== null) {
    const text = unseal(sealed, 'users.verified_phone', row, verified, person)
    if (text === null) return null
    const { phone } = JSON.parse(text) as VerifiedPhone // sealed by keepVerified
    return { phone, isVerified: true }
  }
  const phone = unverified && unseal(sealed, 'users.unverified_phone', row, unverified, person)
  return phone === null ? null : { phone, isVerified: false }
}

function unseal(
  sealed: SealedColumns,
  column: PhoneColumn,
  { holder }: PhoneRow,
  value: Uint8Array,
  person: PersonKey | null,
): string | null {
  if (!isSealedForPerson(value)) return sealed.unseal(column, String(holder), value)
  return person === null ? null : unsealPersonal(person, column, value)
}
