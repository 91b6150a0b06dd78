import type { Sql } from '../../database/database.ts'

/** `day` is counted from 1970, in China's time. */
export type RefundDay = { keyId: number; day: number }

/** Counts an amount, unless it would go beyond the limit: check and count are one statement. */
export async function spendBudget(
  sql: Sql,
  { keyId, day }: RefundDay,
  { fee, limit }: { fee: number; limit: number },
): Promise<boolean> {
  if (fee > limit) return false
  const row = await sql
    .insertInto('refund_budgets')
    .values({ key_id: keyId, day, spent: fee })
    .onConflict((conflict) =>
      conflict
        .columns(['key_id', 'day'])
        .doUpdateSet((eb) => ({ spent: eb('refund_budgets.spent', '+', fee) }))
        .where('refund_budgets.spent', '<=', limit - fee),
    )
    .returning('spent')
    .executeTakeFirst()
  return row !== undefined
}

/** What came to nothing counts for nothing. A negative amount takes it back. */
export async function changeBudget(sql: Sql, { keyId, day }: RefundDay, change: number): Promise<void> {
  await sql
    .updateTable('refund_budgets')
    .set((eb) => ({ spent: eb('spent', '+', change) }))
    .where('key_id', '=', keyId)
    .where('day', '=', day)
    .execute()
}

/** Removes up to `limit` days before `before`. */
export async function deleteBudgets(sql: Sql, before: number, limit: number): Promise<number> {
  const doomed = await sql
    .selectFrom('refund_budgets')
    .select(['key_id', 'day'])
    .where('day', '<', before)
    .limit(limit)
    .execute()
  for (const { key_id, day } of doomed) {
    await sql.deleteFrom('refund_budgets').where('key_id', '=', key_id).where('day', '=', day).execute()
  }
  return doomed.length
}
