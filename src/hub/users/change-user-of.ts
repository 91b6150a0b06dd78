import type { Database, Sql } from '../../database/database.ts'
import { HubError } from '../errors.ts'
import { lockUserOfIdentity } from './identities-store.ts'

/**
 * Changes whoever the identity belongs to now: since a session was looked at, its user may have been merged
 * into another. Throws user_gone.
 */
export function changeUserOf<T>(
  database: Database,
  identityId: number,
  change: (sql: Sql, userId: number) => Promise<T>,
): Promise<T> {
  return database.transaction(async (sql) => {
    const userId = await lockUserOfIdentity(database, sql, identityId)
    if (userId === null) throw new HubError('user_gone', 'the user was removed')
    return change(sql, userId)
  })
}
