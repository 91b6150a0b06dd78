import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'

const maxKept = 500

/** Runs queries, keeping the prepared statements. */
export function createSqliteStatements(database: DatabaseSync) {
  const kept = new Map<string, { statement: StatementSync; isReader: boolean }>()

  function prepare(sql: string) {
    let prepared = kept.get(sql)
    if (prepared === undefined) {
      const statement = database.prepare(sql)
      prepared = { statement, isReader: statement.columns().length > 0 }
      if (kept.size >= maxKept) kept.clear()
      kept.set(sql, prepared)
    }
    return prepared
  }

  return {
    query<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
      const { statement, isReader } = prepare(sql)
      const values = parameters.map(toSqlValue)
      if (isReader) return { rows: statement.all(...values) as R[] }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },

    run(sql: string): void {
      prepare(sql).statement.run()
    },
  }
}

// node:sqlite takes a leading object as named parameters and shifts all values: no object may get through.
function toSqlValue(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    return value
  }
  if (value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot store a ${value.constructor.name}`)
}
