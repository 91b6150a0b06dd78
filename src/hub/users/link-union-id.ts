import type { Sql } from '../../database/database.ts'
import { wechatActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { fillGaps } from './fill-gaps.ts'
import { type Identity, moveIdentities, moveIdentity } from './identities-store.ts'
import type { MergeDetail } from './unmerge.ts'
import { findUserByUnionId, insertUser, markMerged, updateUnionId } from './users-store.ts'

type Linking = { tenantId: number; identity: Identity; unionId: string; now: number }

/**
 * WeChat showed the unionId of an identity. Users of one tenant that share it become one: the older user
 * stays, the other's identities move to it, an audit row says how to undo it. Returns the user's id.
 * A unionId that differs from the user's (the app went to another open-platform account) moves this identity
 * alone.
 */
export async function linkUnionId(sql: Sql, linking: Linking): Promise<number> {
  const { tenantId, identity, unionId } = linking
  if (identity.unionId === unionId) return identity.userId
  const owner = await findUserByUnionId(sql, tenantId, unionId)
  if (identity.unionId !== null) return moveToOwner(sql, linking, owner?.id ?? null)
  if (owner === null) {
    await updateUnionId(sql, identity.userId, unionId)
    return identity.userId
  }
  return mergeUsers(sql, linking, owner.id)
}

async function moveToOwner(sql: Sql, { tenantId, identity, unionId, now }: Linking, ownerId: number | null) {
  const to = ownerId ?? (await insertUser(sql, { tenantId, unionId, createdAt: now }))
  await moveIdentity(sql, identity.id, to, identity.userId)
  await audit(sql, { tenantId, now }, 'user.relinked', to, {
    from: identity.userId,
    identities: [identity.id],
  })
  return to
}

async function mergeUsers(
  sql: Sql,
  { tenantId, identity, unionId, now }: Linking,
  ownerId: number,
): Promise<number> {
  const kept = Math.min(identity.userId, ownerId)
  const gone = Math.max(identity.userId, ownerId)
  const moved = await moveIdentities(sql, gone, kept)
  await markMerged(sql, gone, kept)
  await updateUnionId(sql, kept, unionId)
  const filled = await fillGaps(sql, kept, gone)
  const detail: MergeDetail = { from: gone, identities: moved, fromHadUnionId: gone === ownerId, filled }
  await audit(sql, { tenantId, now }, 'user.merged', kept, detail)
  return kept
}

function audit(
  sql: Sql,
  { tenantId, now: at }: Pick<Linking, 'tenantId' | 'now'>,
  action: string,
  userId: number,
  detail: unknown,
): Promise<void> {
  const subject = `user:${userId}`
  return insertAuditEntry(sql, { at, actor: wechatActor, action, subject, tenantId, detail })
}
