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
 * index on (app_id, open_id, id). What was kept of messages that are gone counts where there is none.
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
    .where('event', 'in', subscriptionEvents)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return findKeptSubscription(sql, appId, openId)
  return { toldAt: row.created_at, subscribedAt: row.event === 'subscribe' ? row.created_at : null }
}

const subscriptionEvents = ['subscribe', 'unsubscribe']

async function findKeptSubscription(sql: Sql, appId: string, openId: string): Promise<Subscription | null> {
  const query = sql.selectFrom('told_subscriptions').select('subscribed_at').where('app_id', '=', appId)
  const row = await query.where('open_id', '=', openId).executeTakeFirst()
  return row === undefined ? null : { toldAt: row.subscribed_at, subscribedAt: row.subscribed_at }
}

/** The identity knows it from now on, or the person was erased. */
export async function deleteKeptSubscription(sql: Sql, appId: string, openId: string): Promise<void> {
  const query = sql.deleteFrom('told_subscriptions').where('app_id', '=', appId)
  await query.where('open_id', '=', openId).execute()
}

/**
 * To be called before these messages are removed: who follows and never logged in is written down, since nobody tells
 * it again. Of each person just the newest message counts.
 */
export async function keepSubscriptions(sql: Sql, messageIds: readonly number[]): Promise<void> {
  const ended = sql.selectFrom('messages').select(['app_id', 'open_id', 'created_at'])
  const those = await ended.where('id', 'in', messageIds).where('event', '=', 'unsubscribe').execute()
  for (const { app_id, open_id, created_at } of those) {
    const query = sql.deleteFrom('told_subscriptions').where('app_id', '=', app_id)
    await query.where('open_id', '=', open_id).where('subscribed_at', '<=', created_at).execute()
  }
  await sql
    .insertInto('told_subscriptions')
    .columns(['app_id', 'open_id', 'subscribed_at'])
    .expression(selectNewSubscriptions(sql, messageIds))
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'open_id'])
        .doUpdateSet((eb) => ({ subscribed_at: eb.ref('excluded.subscribed_at') })),
    )
    .execute()
}

/** Of persons without an identity, whom no newer message tells of. */
function selectNewSubscriptions(sql: Sql, messageIds: readonly number[]) {
  return sql
    .selectFrom('messages as m')
    .select(['m.app_id', 'm.open_id', 'm.created_at'])
    .where('m.id', 'in', messageIds)
    .where('m.event', '=', 'subscribe')
    .where(({ not, exists, selectFrom }) => {
      const identities = selectFrom('identities as i').select('i.id').whereRef('i.app_id', '=', 'm.app_id')
      return not(exists(identities.whereRef('i.open_id', '=', 'm.open_id')))
    })
    .where(({ not, exists, selectFrom }) => {
      const others = selectFrom('messages as n').select('n.id').where('n.event', 'in', subscriptionEvents)
      const ofPerson = others.whereRef('n.app_id', '=', 'm.app_id').whereRef('n.open_id', '=', 'm.open_id')
      const isNewer = ofPerson.where(({ eb, or, and, ref }) =>
        or([
          eb('n.created_at', '>', ref('m.created_at')),
          and([eb('n.created_at', '=', ref('m.created_at')), eb('n.id', '>', ref('m.id'))]),
        ]),
      )
      return not(exists(isNewer))
    })
}
