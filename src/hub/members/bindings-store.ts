import type { Sql } from '../../database/database.ts'

export type Binding = { identityId: number; memberId: number; by: string; at: number }

/** False where the identity is bound already. Fails on the unique index where the member is bound in this app. */
export async function insertBinding(sql: Sql, { identityId, memberId, by, at }: Binding): Promise<boolean> {
  const result = await sql
    .updateTable('identities')
    .set({ member_id: memberId })
    .where('id', '=', identityId)
    .where('member_id', 'is', null)
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) return false
  await sql
    .insertInto('member_bindings')
    .values({ member_id: memberId, identity_id: identityId, bound_at: at, bound_by: by })
    .execute()
  return true
}

/** The member that the identity was bound to; null where it was bound to none. */
export async function deleteBinding(
  sql: Sql,
  { identityId, by, at }: Omit<Binding, 'memberId'>,
): Promise<number | null> {
  // Whoever ends the history's open row has unbound: of two at once, the other finds none.
  const [ended] = await sql
    .updateTable('member_bindings')
    .set({ unbound_at: at, unbound_by: by })
    .where('identity_id', '=', identityId)
    .where('unbound_at', 'is', null)
    .returning('member_id')
    .execute()
  if (ended === undefined) return null
  await sql.updateTable('identities').set({ member_id: null }).where('id', '=', identityId).execute()
  return ended.member_id
}
