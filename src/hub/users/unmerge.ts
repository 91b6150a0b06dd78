import type { Database, Sql } from '../../database/database.ts'
import type { Actor } from '../audit/actor.ts'
import { findAuditDetails, insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { lockIdentitiesOfUser, moveIdentity } from './identities-store.ts'
import type { Profile } from './profile.ts'
import { dropCopiedPhoneOf, dropPhoneOf } from './user-phones-store.ts'
import {
  findProfile,
  findTenantOfUser,
  findUnionId,
  unmarkMerged,
  updateProfile,
  updateUnionId,
} from './users-store.ts'

/** What a merge left in the audit log. `filled` names the fields that the kept user got from the other. */
export type MergeDetail = { from: number; identities: number[]; fromHadUnionId: boolean; filled?: string[] }

type Unmerging = { database: Database; userId: number; actor: Actor; now: number }

/**
 * Undoes the newest merge into this user that still stands: the user that went into it is there again, with
 * its identities, its unionId and its profile. Returns its id. Belongs into a transaction.
 */
export async function unmergeUser(sql: Sql, unmerging: Unmerging): Promise<number> {
  const { database, userId, actor, now } = unmerging
  // Identities before users, as a login does, or the two could wait for each other.
  await lockIdentitiesOfUser(database, sql, userId)
  const merges = await findAuditDetails(sql, 'user.merged', `user:${userId}`)
  for (const detail of merges as MergeDetail[]) {
    // Whoever takes the mark away undoes the merge: of two at once, the other goes on to an older one.
    if (!(await unmarkMerged(sql, detail.from, userId))) continue
    for (const id of detail.identities) await moveIdentity(sql, id, detail.from, userId)
    if (detail.fromHadUnionId) await giveUnionIdBack(sql, userId, detail.from)
    await takeFilledBack(sql, userId, detail)
    await dropPhoneOf(sql, userId, detail.from)
    if (detail.filled?.includes('verifiedPhone')) await dropCopiedPhoneOf(sql, userId, detail.from)
    const subject = `user:${userId}`
    const { from, identities } = detail
    await insertAuditEntry(sql, {
      at: now,
      actor,
      action: 'user.unmerged',
      subject,
      tenantId: await findTenantOfUser(sql, userId),
      detail: { from, identities },
    })
    return from
  }
  throw new HubError('conflict', 'no merge into this user stands')
}

async function giveUnionIdBack(sql: Sql, kept: number, from: number): Promise<void> {
  const unionId = await findUnionId(sql, kept)
  await updateUnionId(sql, kept, null)
  await updateUnionId(sql, from, unionId)
}

/** What the kept user got from the other and did not change since is the other's, not theirs. */
async function takeFilledBack(sql: Sql, kept: number, { from, filled = [] }: MergeDetail): Promise<void> {
  const present = await findProfile(sql, kept)
  const other = await findProfile(sql, from)
  if (present === null || other === null) return
  const names = (Object.keys(empty) as (keyof Profile)[]).filter(
    (name) => filled.includes(name) && present[name] === other[name],
  )
  await updateProfile(sql, kept, Object.fromEntries(names.map((name) => [name, empty[name]])))
}

const empty: Profile = {
  nickname: '',
  avatarUrl: '',
  gender: 0,
  city: '',
  province: '',
  country: '',
  language: '',
}
