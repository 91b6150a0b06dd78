import type { Sql } from '../../database/database.ts'

export type PhoneDay = { appId: string; day: number }

/** Counts a call, unless the budget is used up: check and count are one statement, so calls at once cannot exceed it. */
export async function countPhoneCall(
  sql: Sql,
  { appId, day }: PhoneDay,
  budget: number | null,
): Promise<boolean> {
  if (budget === 0) return false
  const row = await sql
    .insertInto('phone_calls')
    .values({ app_id: appId, day, count: 1 })
    .onConflict((conflict) => {
      const counted = conflict
        .columns(['app_id', 'day'])
        .doUpdateSet((e) => ({ count: e('phone_calls.count', '+', 1) }))
      return budget === null ? counted : counted.where('phone_calls.count', '<', budget)
    })
    .returning('count')
    .executeTakeFirst()
  return row !== undefined
}

/** A call that WeChat refused costs nothing. */
export async function uncountPhoneCall(sql: Sql, { appId, day }: PhoneDay): Promise<void> {
  await sql
    .updateTable('phone_calls')
    .set((e) => ({ count: e('count', '-', 1) }))
    .where('app_id', '=', appId)
    .where('day', '=', day)
    .execute()
}

/** The counts of a day, by appId. */
export async function listPhoneCalls(sql: Sql, day: number): Promise<Map<string, number>> {
  const query = sql.selectFrom('phone_calls').select(['app_id', 'count']).where('day', '=', day)
  return new Map((await query.execute()).map((row) => [row.app_id, row.count]))
}

/** Removes up to `limit` counts of days before `before`. */
export async function deletePhoneCalls(sql: Sql, before: number, limit: number): Promise<number> {
  const doomed = await sql
    .selectFrom('phone_calls')
    .select(['app_id', 'day'])
    .where('day', '<', before)
    .limit(limit)
    .execute()
  for (const { app_id, day } of doomed) {
    await sql.deleteFrom('phone_calls').where('app_id', '=', app_id).where('day', '=', day).execute()
  }
  return doomed.length
}
