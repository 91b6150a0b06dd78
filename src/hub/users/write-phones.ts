import type { Database, Sql } from '../../database/database.ts'
import type { PersonKey, PersonKeys } from '../../database/person-keys/person-keys.ts'
import { HubError } from '../errors.ts'
import { lockPersonKey, type PhoneColumns, updatePhones } from './user-phones-store.ts'

type Deps = { database: Database; personKeys: PersonKeys }

type Writing = {
  /** Whose numbers they are when the transaction runs. */
  findUser: (sql: Sql) => Promise<number | null>
  /** Null: nothing is to be written after all. */
  toColumns: (sql: Sql, userId: number, person: PersonKey) => Promise<PhoneColumns | null>
}

const maxTries = 4

/**
 * Writes phone numbers under the key of a user. Keys lie in another store: which one is needed is found out in a
 * transaction, and it is fetched or made between two.
 */
export async function writePhones({ database, personKeys }: Deps, writing: Writing): Promise<void> {
  let person: PersonKey | null = null
  let isFresh = false
  let destroyed: Uint8Array | null = null
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const needed = await database.transaction(async (sql) => {
      const userId = await writing.findUser(sql)
      const present = userId === null ? undefined : await lockPersonKey(database, sql, userId)
      if (userId === null || present === undefined) throw new HubError('user_gone', 'the user was removed')
      // A key that was in use before is being destroyed where the row does not name it any more.
      const isFree = isFresh && (present === null || isSame(present, destroyed))
      if (person === null || !(isFree || isSame(present, person.id))) return { present }
      const columns = await writing.toColumns(sql, userId, person)
      if (columns !== null) await updatePhones(sql, userId, person.id, columns)
      return null
    })
    if (needed === null) return
    person = needed.present === null ? null : await personKeys.find(needed.present)
    isFresh = person === null
    if (person === null) destroyed = needed.present
    person ??= await personKeys.create()
  }
  throw new HubError('conflict', "the user's key changes all the time")
}

function isSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one !== null && other !== null && Buffer.compare(one, other) === 0
}
