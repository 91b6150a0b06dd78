import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columnTypes } from '../migrations/column-types.ts'

/** The tables of the key store, which is no part of the database: the two are backed up apart. */
export type PersonKeyTables = {
  person_keys: { id: Uint8Array; master_key_id: string; sealed: Uint8Array; created_at: number }
  /** One row: which store this is, and how often keys were destroyed. */
  person_key_store: { only_row: number; id: string; destructions: number }
}

const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { bytes, int, withoutRowid } = columnTypes(db)
    await db.schema
      .createTable('person_keys')
      .addColumn('id', bytes, (c) => c.primaryKey().notNull())
      .addColumn('master_key_id', 'text', (c) => c.notNull())
      .addColumn('sealed', bytes, (c) => c.notNull())
      .addColumn('created_at', int, (c) => c.notNull())
      .modifyEnd(withoutRowid)
      .execute()
    await db.schema
      .createTable('person_key_store')
      .addColumn('only_row', int, (c) => c.primaryKey().check(sql`only_row = 1`))
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('destructions', int, (c) => c.notNull().defaultTo(0))
      .execute()
  },
}

/** A name, once released, never changes. */
export const personKeyMigrations: Record<string, Migration> = { '0001-person-keys': initial }
