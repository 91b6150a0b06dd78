import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'

/** A code that was exchanged a moment ago: for other nodes that are asked for the same one. */
export type CodeExchange = { codeHash: Buffer; identityId: number; until: number }

export async function insertCodeExchange(sql: Sql, exchange: CodeExchange): Promise<void> {
  await upsertExchange(sql, exchange)
}

const upsertExchange = createStatement<CodeExchange>()((sql, param) =>
  sql
    .insertInto('code_exchanges')
    .values({ code_hash: param('codeHash'), identity_id: param('identityId'), until: param('until') })
    .onConflict((conflict) =>
      conflict.column('code_hash').doUpdateSet({ identity_id: param('identityId'), until: param('until') }),
    ),
)

/** The identity that a code led to, if that was within its time. */
export async function findCodeExchange(sql: Sql, codeHash: Buffer, now: number): Promise<number | null> {
  const row = await sql
    .selectFrom('code_exchanges')
    .select('identity_id')
    .where('code_hash', '=', codeHash)
    .where('until', '>', now)
    .executeTakeFirst()
  return row?.identity_id ?? null
}

/** Removes up to `limit` exchanges that were over before `before`; uses the index on until. */
export async function deleteCodeExchanges(sql: Sql, before: number, limit: number): Promise<number> {
  const doomed = sql.selectFrom('code_exchanges').select('code_hash').where('until', '<', before).limit(limit)
  const result = await sql.deleteFrom('code_exchanges').where('code_hash', 'in', doomed).executeTakeFirst()
  return Number(result.numDeletedRows)
}
