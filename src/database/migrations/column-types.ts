import { type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely'

/** The few types whose names differ between the engines. */
export function columnTypes(db: Kysely<unknown>) {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  return {
    isPostgres,
    bytes: isPostgres ? sql`bytea` : sql`blob`,
    int: isPostgres ? sql`bigint` : sql`integer`,
    /** Rows in the order of their primary key: one tree less to write where that is all they are found by. */
    withoutRowid: isPostgres ? sql`` : sql`without rowid`,
    /** Adds `id`, counted up and never used twice. */
    withId<T extends string>(table: CreateTableBuilder<T>) {
      const type = isPostgres ? sql`bigint generated always as identity` : sql`integer`
      return table.addColumn('id', type, (column) =>
        isPostgres ? column.primaryKey() : column.primaryKey().autoIncrement(),
      )
    },
  }
}
