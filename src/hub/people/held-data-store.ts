import type { Sql } from '../../database/database.ts'
import type { PersonRows } from './person-rows-store.ts'

/** What the database holds of a person beside the user itself. Times are unix milliseconds. */
export async function findHeldRows(sql: Sql, { userIds, identities, memberIds }: PersonRows) {
  // No id is 0: PostgreSQL takes no empty list.
  const identityIds = [0, ...identities.map(({ id }) => id)]
  return {
    users: await sql
      .selectFrom('users')
      .select(['id', 'tenant_id as tenantId', 'union_id as unionId', 'merged_into as mergedInto'])
      .select(['nickname', 'avatar_url as avatarUrl', 'gender', 'city', 'province', 'country', 'language'])
      .select(['settings', 'created_at as createdAt'])
      .where('id', 'in', userIds)
      .orderBy('id')
      .execute(),
    identities: await sql
      .selectFrom('identities')
      .select(['id', 'app_id as appId', 'open_id as openId', 'user_id as userId', 'member_id as memberId'])
      .select(['subscribed_at as subscribedAt', 'profiled_at as profiledAt', 'created_at as createdAt'])
      .where('id', 'in', identityIds)
      .orderBy('id')
      .execute(),
    sessions: await sql
      .selectFrom('sessions')
      .select(['identity_id as identityId', 'contract', 'issued_at as issuedAt', 'expires_at as expiresAt'])
      .select('revoked_at as revokedAt')
      .where('identity_id', 'in', identityIds)
      .orderBy('issued_at')
      .execute(),
    bindings: await listBindings(sql, identityIds, memberIds),
  }
}

/** Who was bound to whom, of these identities and of these members. */
export function listBindings(sql: Sql, identityIds: readonly number[], memberIds: readonly number[]) {
  return sql
    .selectFrom('member_bindings')
    .select(['member_id as memberId', 'identity_id as identityId', 'bound_at as boundAt'])
    .select(['bound_by as boundBy', 'unbound_at as unboundAt', 'unbound_by as unboundBy'])
    .where((is) =>
      is.or([is('identity_id', 'in', [0, ...identityIds]), is('member_id', 'in', [0, ...memberIds])]),
    )
    .orderBy('id')
    .execute()
}

/** Whose the identities are that are bound to the member now. */
export function listBoundUsers(sql: Sql, memberId: number): Promise<{ userId: number; appId: string }[]> {
  return sql
    .selectFrom('identities')
    .select(['user_id as userId', 'app_id as appId'])
    .where('member_id', '=', memberId)
    .orderBy('id')
    .execute()
}

/** The rows of the members that the person is bound to, still sealed. */
export function listMemberRows(sql: Sql, memberIds: readonly number[]) {
  return sql
    .selectFrom('members')
    .select(['id', 'number', 'card_state', 'person_key', 'personal', 'created_at', 'updated_at'])
    .where('id', 'in', memberIds)
    .orderBy('id')
    .execute()
}

/** What one openId paid, with what was refunded of it. */
export async function listPaymentsOf(sql: Sql, { appId, openId }: { appId: string; openId: string }) {
  const payments = await sql
    .selectFrom('payments')
    .select(['id', 'mchid', 'bill_id as billId', 'app_id as appId', 'total', 'description', 'state'])
    .select(['transaction_id as transactionId', 'paid_at as paidAt', 'created_at as createdAt'])
    .where('app_id', '=', appId)
    .where('open_id', '=', openId)
    .orderBy('id')
    .execute()
  const refunds = await sql
    .selectFrom('refunds')
    .select(['payment_id', 'out_refund_no as outRefundNo', 'fee', 'reason', 'state'])
    .select(['created_at as createdAt', 'settled_at as settledAt'])
    .where('payment_id', 'in', [0, ...payments.map(({ id }) => id)])
    .orderBy('id')
    .execute()
  return payments.map(({ id, ...payment }) => ({
    ...payment,
    refunds: refunds.flatMap(({ payment_id, ...refund }) => (payment_id === id ? refund : [])),
  }))
}

/** All that one openId ever sent, with how often each was delivered; uses the index on (app_id, open_id, id). */
export async function listMessagesOf(sql: Sql, { appId, openId }: { appId: string; openId: string }) {
  const rows = await sql
    .selectFrom('messages')
    .select(['id', 'app_id as appId', 'kind', 'event', 'created_at as createdAt', 'content'])
    .select((eb) =>
      eb
        .selectFrom('deliveries')
        .whereRef('deliveries.message_id', '=', 'messages.id')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('deliveries'),
    )
    .where('app_id', '=', appId)
    .where('open_id', '=', openId)
    .orderBy('id')
    .execute()
  return rows.map(({ content, deliveries, ...row }) => ({
    ...row,
    deliveries: Number(deliveries ?? 0),
    content: JSON.parse(content) as unknown,
  }))
}
