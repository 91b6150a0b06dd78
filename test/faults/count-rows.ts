import { DatabaseSync } from 'node:sqlite'
import { query, type TestDatabase } from '../support/database.ts'

const tables = ['users', 'identities', 'sessions', 'code_exchanges', 'token_rotations']

/** What a login or a token leaves behind, as `table count`. */
export async function countRows({ engine, url }: TestDatabase): Promise<string[]> {
  const selects = tables.map((table) => `select '${table} ' || count(*) as value from ${table}`)
  const sql = selects.join(' union all ')
  if (engine === 'postgres') return query(url, sql)
  const database = new DatabaseSync(url.slice('sqlite:'.length), { readOnly: true })
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => String(row.value))
  } finally {
    database.close()
  }
}
