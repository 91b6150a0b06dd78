import type { Sql } from '../../database/database.ts'

const prefix = 'ensured_user:'

/** Who was ensured once, even if they were erased since. */
export async function listEnsured(sql: Sql): Promise<Set<string>> {
  const query = sql.selectFrom('settings').select('name').where('name', 'like', `${prefix}%`)
  return new Set((await query.execute()).map(({ name }) => name.slice(prefix.length)))
}

/** False where the mark is there already; who makes the same one at this moment is waited for. */
export async function insertEnsured(sql: Sql, name: string): Promise<boolean> {
  const result = await sql
    .insertInto('settings')
    .values({ name: `${prefix}${name}`, value: 'made' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}
