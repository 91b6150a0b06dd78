import type { Sql } from '../../database/database.ts'

/** Up to `limit` messages of ids up to this one that came before `before`. */
export async function listOldMessages(
  sql: Sql,
  { upToId, before, limit }: { upToId: number; before: number; limit: number },
): Promise<number[]> {
  const query = sql.selectFrom('messages').select('id').where('id', '<=', upToId)
  const rows = await query.where('received_at', '<', before).orderBy('id').limit(limit).execute()
  return rows.map(({ id }) => id)
}

/** With their deliveries. */
export async function deleteMessages(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql.deleteFrom('messages').where('id', 'in', ids).execute()
}

export type Unsubscribed = { identityId: number; userId: number }

/**
 * Identities that stopped following before `before` and are not done with. Uses the index that holds just those who
 * do not follow.
 */
export async function listUnsubscribed(sql: Sql, before: number, limit: number): Promise<Unsubscribed[]> {
  return sql
    .selectFrom('identities')
    .select(['id as identityId', 'user_id as userId'])
    .where('subscribed_at', 'is', null)
    .where('subscription_told_at', 'is not', null)
    .where('subscription_told_at', '<', before)
    .orderBy('subscription_told_at')
    .limit(limit)
    .execute()
}

/** Whether an identity that was listed is still to be looked at. */
export async function isUnsubscribed(sql: Sql, identityId: number, before: number): Promise<boolean> {
  const row = await sql
    .selectFrom('identities')
    .select('id')
    .where('id', '=', identityId)
    .where('subscribed_at', 'is', null)
    .where('subscription_told_at', '<', before)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a user is known by something else: a session, another account that they follow, a card. */
export async function isInUse(sql: Sql, userId: number): Promise<boolean> {
  const row = await sql
    .selectFrom('identities as i')
    .select('i.id')
    .where('i.user_id', '=', userId)
    .where((is) =>
      is.or([
        is('i.subscribed_at', 'is not', null),
        is('i.member_id', 'is not', null),
        is.exists(
          is.selectFrom('sessions as s').select('s.identity_id').whereRef('s.identity_id', '=', 'i.id'),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes an identity off the list (null), or lets its time begin anew. */
export async function settleUnsubscribed(sql: Sql, identityId: number, at: number | null): Promise<void> {
  await sql
    .updateTable('identities')
    .set({ subscription_told_at: at })
    .where('id', '=', identityId)
    .where('subscribed_at', 'is', null)
    .execute()
}
