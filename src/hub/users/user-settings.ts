import type { Database } from '../../database/database.ts'
import { HubError } from '../errors.ts'
import { findSettings, lockSettings, updateSettings } from './persons-store.ts'
import { checkSettings, type Settings } from './settings.ts'
import type { UserPhones } from './user-phones.ts'

export type UserChange = { phone: string } | { settings: Partial<Settings> }

type Deps = { database: Database; phones: UserPhones }

/** Reads and changes what users set. */
export function createUserSettings({ database, phones }: Deps) {
  async function merge(
    userId: number,
    toNext: (known: Partial<Settings>) => Partial<Settings>,
  ): Promise<void> {
    await database.transaction(async (sql) => {
      const known = await lockSettings(database, sql, userId)
      if (known === null) throw new HubError('user_gone', 'the user was removed')
      await updateSettings(sql, userId, toNext(known))
    })
  }

  return {
    /** Gives a user the settings that they do not have yet. */
    async ensureSettings(userId: number, defaults: Settings): Promise<void> {
      const known = await findSettings(database.sql, userId)
      if (Object.keys(defaults).every((name) => name in known)) return
      await merge(userId, (present) => ({ ...defaults, ...present }))
    },

    /** Throws bad_request for a value that cannot be. The phone number is kept as unverified, sealed. */
    async change(userId: number, change: UserChange): Promise<void> {
      if ('phone' in change) {
        await phones.keepTyped(userId, change.phone)
      } else {
        checkSettings(change.settings)
        await merge(userId, (present) => ({ ...present, ...change.settings }))
      }
    },
  }
}
