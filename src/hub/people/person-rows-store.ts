import type { Database, Sql } from '../../database/database.ts'
import { HubError } from '../errors.ts'
import { deleteKeptSubscription } from '../users/subscription-store.ts'
import { blankPersonalColumns, listUserIds } from '../users/users-store.ts'
import { unboundByErasure } from './erasures-store.ts'

/** Every row that belongs to one person: the user, those that went into it, what they are known by, their cards. */
export type PersonRows = {
  userIds: number[]
  identities: { id: number; appId: string; openId: string }[]
  memberIds: number[]
  keys: Buffer[]
}

/**
 * Finds the rows, and holds those that a login or a merge would change until the transaction ends. Throws conflict
 * where one of these was faster: done again, it finds them.
 */
export async function lockPersonRows(database: Database, sql: Sql, userId: number): Promise<PersonRows> {
  const isPostgres = database.engine === 'postgres'
  const userIds = await listUserIds(sql, userId)
  // Identities before users, as a login does, or the two could wait for each other.
  const ofUsers = sql
    .selectFrom('identities')
    .select(['id', 'app_id', 'open_id', 'member_id'])
    .where('user_id', 'in', userIds)
    .orderBy('id')
  const identities = await (isPostgres ? ofUsers.forUpdate() : ofUsers).execute()
  const users = sql.selectFrom('users').select(['id', 'merged_into', 'person_key']).where('id', 'in', userIds)
  const userRows = await (isPostgres ? users.orderBy('id').forUpdate() : users).execute()
  const isMerged = userRows.some((row) => row.id === userId && row.merged_into !== null)
  const isSame =
    isEqual(await listUserIds(sql, userId), userIds) &&
    isEqual(
      (await ofUsers.execute()).map(({ id }) => id),
      identities.map(({ id }) => id),
    )
  if (isMerged || !isSame) throw new HubError('conflict', 'the user changed at this moment: try again')
  const memberIds = [...new Set(identities.flatMap(({ member_id }) => member_id ?? []))]
  const members = sql.selectFrom('members').select('person_key').where('id', 'in', memberIds).orderBy('id')
  const memberRows =
    memberIds.length === 0 ? [] : await (isPostgres ? members.forUpdate() : members).execute()
  return {
    userIds,
    identities: identities.map(({ id, app_id: appId, open_id: openId }) => ({ id, appId, openId })),
    memberIds,
    keys: [...userRows, ...memberRows].flatMap(({ person_key: key }) =>
      key === null ? [] : Buffer.from(key),
    ),
  }
}

function isEqual(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id))
}

/** Takes everything out of the rows that says who the person is. What is left counts, and names nobody. */
export async function blankPersonRows(sql: Sql, rows: PersonRows, now: number): Promise<void> {
  await deleteTraces(sql, rows, now)
  await blankMembers(sql, rows.memberIds, now)
  for (const { id } of rows.identities) await blankIdentity(sql, id)
  await sql
    .updateTable('users')
    .set({ ...blankPersonalColumns, settings: null, union_id: null, erased_at: now })
    .where('id', 'in', rows.userIds)
    .execute()
}

/** Sessions, logins under way, messages and what was to be delivered of them. */
async function deleteTraces(sql: Sql, { identities }: PersonRows, now: number): Promise<void> {
  for (const { id, appId, openId } of identities) {
    await sql.deleteFrom('sessions').where('identity_id', '=', id).execute()
    await sql.deleteFrom('code_exchanges').where('identity_id', '=', id).execute()
    await sql.deleteFrom('oauth_states').where('identity_id', '=', id).execute()
    await blankPayments(sql, { appId, openId, now })
    // Their deliveries go with them.
    await sql.deleteFrom('messages').where('app_id', '=', appId).where('open_id', '=', openId).execute()
    await deleteKeptSubscription(sql, appId, openId)
  }
}

type Payer = { appId: string; openId: string; now: number }

/** What bookkeeping must keep stays: amounts, times and numbers, without the payer. */
async function blankPayments(sql: Sql, { appId, openId, now }: Payer): Promise<void> {
  // Payments before their refunds, as a settlement does.
  const payments = await sql
    .updateTable('payments')
    .set({ open_id: null, description: null, payer_erased_at: now })
    .where('app_id', '=', appId)
    .where('open_id', '=', openId)
    .returning('id')
    .execute()
  if (payments.length === 0) return
  // A refund under way is asked for again with the same reason, which goes when it is settled.
  await sql
    .updateTable('refunds')
    .set({ reason: null })
    .where(
      'payment_id',
      'in',
      payments.map(({ id }) => id),
    )
    .where('settled_at', 'is not', null)
    .execute()
}

/** Ends their bindings, whose history stays. */
export async function blankMembers(sql: Sql, memberIds: readonly number[], now: number): Promise<void> {
  if (memberIds.length === 0) return
  await sql
    .updateTable('member_bindings')
    .set({ unbound_at: now, unbound_by: unboundByErasure })
    .where('member_id', 'in', memberIds)
    .where('unbound_at', 'is', null)
    .execute()
  await sql.updateTable('identities').set({ member_id: null }).where('member_id', 'in', memberIds).execute()
  await sql
    .updateTable('members')
    .set({ number: null, personal: null, phone_hash: null, id_card_hash: null, person_key: null })
    .set({ card_state: 'void', updated_at: now })
    .where('id', 'in', memberIds)
    .execute()
}

/** No openId has a colon: whoever logs in with the former one is a stranger. */
async function blankIdentity(sql: Sql, id: number): Promise<void> {
  await sql
    .updateTable('identities')
    .set({ open_id: `erased:${id}`, session_keys: null, oauth_tokens: null, member_id: null })
    .set({ profiled_at: null, subscribed_at: null, subscription_told_at: null })
    .where('id', '=', id)
    .execute()
}
