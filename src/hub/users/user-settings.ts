import type { Database, Sql } from '../../database/database.ts'
import { HubError } from '../errors.ts'
import { changeUserOf } from './change-user-of.ts'
import { findSettings, lockSettings, updateSettings } from './persons-store.ts'
import { checkSettings, type Settings } from './settings.ts'
import type { UserPhones } from './user-phones.ts'

export type UserChange = { phone: string } | { settings: Partial<Settings> }

type Deps = { database: Database; phones: UserPhones }

/** Reads and changes what users set. */
export function createUserSettings({ database, phones }: Deps) {
  async function merge(
    sql: Sql,
    userId: number,
    toNext: (known: Partial<Settings>) => Partial<Settings>,
  ): Promise<void> {
    const known = await lockSettings(database, sql, userId)
    if (known === null) throw new HubError('user_gone', 'the user was removed')
    await updateSettings(sql, userId, toNext(known))
  }

  return {
    /** Gives a user the settings that they do not have yet. */
    async ensureSettings(userId: number, defaults: Settings): Promise<void> {
      const known = await findSettings(database.sql, userId)
      if (Object.keys(defaults).every((name) => name in known)) return
      await database.transaction((sql) => merge(sql, userId, (present) => ({ ...defaults, ...present })))
    },

    /**
     * For whoever the identity belongs to now. Throws bad_request for a value that cannot be. The phone number
     * is kept as unverified, sealed.
     */
    async change(identityId: number, change: UserChange): Promise<void> {
      if ('phone' in change) return phones.keepTyped(identityId, change.phone)
      checkSettings(change.settings)
      await changeUserOf(database, identityId, (sql, userId) =>
        merge(sql, userId, (present) => ({ ...present, ...change.settings })),
      )
    },
  }
}
