import { DatabaseSync } from 'node:sqlite'
import { query, type TestDatabase } from './database.ts'

/** Changes what a hub has stored, as somebody could who gets at the database. */
export async function executeSql({ engine, url }: TestDatabase, sql: string): Promise<void> {
  if (engine === 'postgres') return void (await query(url, sql))
  const database = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 5000 })
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}
