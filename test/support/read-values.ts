import { DatabaseSync } from 'node:sqlite'
import { query, type TestDatabase } from './database.ts'

/** The column `value` of a query on either engine, as texts. */
export async function readValues({ engine, url }: TestDatabase, sql: string): Promise<string[]> {
  if (engine === 'postgres') return (await query(url, sql)).map(String)
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
