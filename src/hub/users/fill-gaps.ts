import type { Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { findPerson, updatePhone, updateSettings } from './persons-store.ts'
import { updateProfile } from './users-store.ts'
import { copyVerifiedPhone } from './verified-phone.ts'

/** What the kept user lacks is taken from the one that goes into it. Returns the names of what was filled. */
export async function fillGaps(
  sql: Sql,
  sealed: SealedColumns,
  kept: number,
  gone: number,
): Promise<string[]> {
  const present = await findPerson(sql, sealed, kept)
  const other = await findPerson(sql, sealed, gone)
  if (present === null || other === null) return []
  const gaps = Object.entries(other.profile).filter(([name, value]) => {
    const known = present.profile[name as keyof typeof present.profile]
    return (known === '' || known === 0) && value !== known
  })
  await updateProfile(sql, kept, Object.fromEntries(gaps))
  const settings = { ...other.settings, ...present.settings }
  if (Object.keys(settings).length > 0) await updateSettings(sql, kept, settings)
  const filled = gaps.map(([name]) => name)
  if (other.isPhoneVerified && !present.isPhoneVerified) {
    await copyVerifiedPhone(sql, sealed, kept, gone)
    return [...filled, 'verifiedPhone']
  }
  if (present.phone === null && other.phone !== null) await updatePhone(sql, sealed, kept, other.phone)
  return filled
}
