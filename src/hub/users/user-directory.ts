import type { Database } from '../../database/database.ts'
import type { Actor } from '../audit/actor.ts'
import {
  followMerges,
  listIdentities,
  type Reach,
  type SeenIdentity,
  searchUsers,
  type User,
  type UserQuery,
} from './search-users.ts'
import { unmergeUser } from './unmerge.ts'

const everybody: Reach = { tenantId: null, apps: null }

/** Users as those see them who run the apps; nobody sees users beyond their reach. */
export function createUserDirectory({ database, now }: { database: Database; now: () => number }) {
  return {
    /** The user of this id, or the one that it was merged into. */
    async find(id: number, reach: Reach = everybody): Promise<User | null> {
      const current = await followMerges(database.sql, id)
      const [user = null] = await searchUsers(database.sql, reach, { id: current, limit: 1 })
      return user
    },

    search: (wanted: UserQuery, reach: Reach = everybody): Promise<User[]> =>
      searchUsers(database.sql, reach, wanted),

    listIdentities: (userId: number, reach: Reach = everybody): Promise<SeenIdentity[]> =>
      listIdentities(database.sql, reach, userId),

    /** Undoes the newest merge into this user; returns the id of the user that is there again. */
    unmerge: (userId: number, actor: Actor): Promise<number> =>
      database.transaction((sql) => unmergeUser(sql, { database, userId, actor, now: now() })),
  }
}
