import type { Sql } from '../../database/database.ts'
import { revokeSessionsOfIdentity } from '../sessions/chains-store.ts'
import { clearCredentials, lockIdentity } from '../users/identities-store.ts'
import { lockSubscription, updateSubscription } from '../users/subscription-store.ts'
import { clearPersonalData, listUserIds } from '../users/users-store.ts'
import type { Message } from './message.ts'

/** Whether a message changes anything here, beyond being stored. */
export function isApplied({ event }: Pick<Message, 'event'>): boolean {
  return event === 'subscribe' || event === 'unsubscribe' || event === 'user_authorization_revoke'
}

/** What is to be done when the transaction is committed: sessions were revoked, and these keys of persons are over. */
export type Revocation = { keys: Buffer[] }

/** Does what an event asks for, in the transaction that stores it. */
export async function applyMessage(
  sql: Sql,
  message: Omit<Message, 'id'>,
  now: number,
): Promise<Revocation | null> {
  const { appId, openId, event, createdAt: toldAt } = message
  if (event === 'user_authorization_revoke') return forgetAuthorization(sql, message, now)
  if (event === 'subscribe' || event === 'unsubscribe') {
    await lockSubscription(sql, appId, openId)
    const subscribedAt = event === 'subscribe' ? toldAt : null
    await updateSubscription(sql, { appId, openId, toldAt, subscribedAt })
  }
  return null
}

/** The person took back what the app was allowed: WeChat demands that what was obtained by it is deleted. */
async function forgetAuthorization(
  sql: Sql,
  message: Omit<Message, 'id'>,
  now: number,
): Promise<Revocation | null> {
  const identity = await lockIdentity(sql, message.appId, message.openId)
  if (identity === null) return null
  await revokeSessionsOfIdentity(sql, identity.id, now)
  await clearCredentials(sql, identity.id)
  return { keys: await clearPersonalData(sql, await listUserIds(sql, identity.userId)) }
}
