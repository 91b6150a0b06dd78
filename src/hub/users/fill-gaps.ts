import type { Sql } from '../../database/database.ts'
import { findPerson, updateSettings } from './persons-store.ts'
import { updatePhoneFrom } from './user-phones-store.ts'
import { updateProfile } from './users-store.ts'

/** What the kept user lacks is taken from the one that goes into it. Returns the names of what was filled. */
export async function fillGaps(sql: Sql, kept: number, gone: number): Promise<string[]> {
  const present = await findPerson(sql, kept)
  const other = await findPerson(sql, gone)
  if (present === null || other === null) return []
  const gaps = Object.entries(other.profile).filter(([name, value]) => {
    const known = present.profile[name as keyof typeof present.profile]
    return (known === '' || known === 0) && value !== known
  })
  await updateProfile(sql, kept, Object.fromEntries(gaps))
  const settings = { ...other.settings, ...present.settings }
  if (Object.keys(settings).length > 0) await updateSettings(sql, kept, settings)
  const isBetter = other.phones.verified !== null && present.phones.verified === null
  const isNew = other.phones.unverified !== null && present.phones.unverified === null
  // Only where it stands is noted: it stays sealed under the key of the other, and goes back with an unmerge.
  if (isBetter || (isNew && present.phones.verified === null))
    await updatePhoneFrom(sql, kept, other.phones.holder)
  return gaps.map(([name]) => name)
}
