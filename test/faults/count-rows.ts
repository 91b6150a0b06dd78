import type { TestDatabase } from '../support/database.ts'
import { readValues } from '../support/read-values.ts'

const tables = ['users', 'identities', 'sessions', 'code_exchanges', 'token_rotations']

/** What a login or a token leaves behind, as `table count`. */
export function countRows(database: TestDatabase): Promise<string[]> {
  const selects = tables.map((table) => `select '${table} ' || count(*) as value from ${table}`)
  return readValues(database, selects.join(' union all '))
}
