import { sql as raw } from 'kysely'
import type { Sql } from './database.ts'
import type { Tables } from './schema.ts'
import { engineOf } from './statement.ts'

/**
 * Waits until no other transaction holds the name, and holds it until this one ends: for what is no row yet. On
 * SQLite transactions take turns anyway.
 */
export async function lockName(sql: Sql, name: string): Promise<void> {
  if (engineOf<Tables>(sql) === 'sqlite') return
  await raw`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(sql)
}
