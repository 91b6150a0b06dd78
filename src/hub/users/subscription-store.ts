import type { Sql } from '../../database/database.ts'
import { lockName } from '../../database/name-lock.ts'

/** `subscribedAt` is null for who does not follow the account; `toldAt` is by WeChat's clock. */
type Subscription = { subscribedAt: number | null; toldAt: number }

/**
 * Until the transaction ends, nobody else tells or reads what a person's messages say of this: a first login does
 * not see an event that is being stored, and that event does not see the login.
 */
export const lockSubscription = (sql: Sql, appId: string, openId: string): Promise<void> =>
  lockName(sql, `subscription/${appId}/${openId}`)

/** One that was told later stands: messages can arrive in another order. */
export async function updateSubscription(
  sql: Sql,
  { appId, openId, subscribedAt, toldAt }: Subscription & { appId: string; openId: string },
): Promise<void> {
  await sql
    .updateTable('identities')
    .set({ subscribed_at: subscribedAt, subscription_told_at: toldAt })
    .where('app_id', '=', appId)
    .where('open_id', '=', openId)
    .where((is) => is.or([is('subscription_told_at', 'is', null), is('subscription_told_at', '<=', toldAt)]))
    .execute()
}

/**
 * What the messages told of a person before their first login: a follower becomes a user only then. Uses the
 * index on (app_id, open_id, id).
 */
export async function findToldSubscription(
  sql: Sql,
  appId: string,
  openId: string,
): Promise<Subscription | null> {
  const row = await sql
    .selectFrom('messages')
    .select(['event', 'created_at'])
    .where('app_id', '=', appId)
    .where('open_id', '=', openId)
    .where('event', 'in', ['subscribe', 'unsubscribe'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  return { toldAt: row.created_at, subscribedAt: row.event === 'subscribe' ? row.created_at : null }
}
