import type { Sql } from '../../database/database.ts'

/** Which of these keys a row names, in hex; uses the indexes on person_key. */
export async function listNamedKeys(sql: Sql, ids: readonly Uint8Array[]): Promise<Set<string>> {
  const named = new Set<string>()
  for (const table of ['users', 'members'] as const) {
    const query = sql
      .selectFrom(table)
      .select('person_key')
      .where('person_key', 'in', [...ids])
    for (const { person_key: key } of await query.execute()) {
      if (key !== null) named.add(Buffer.from(key).toString('hex'))
    }
  }
  return named
}
