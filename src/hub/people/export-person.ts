import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import { unsealPersonal } from '../../database/person-keys/personal-columns.ts'
import { listEntriesAbout } from '../audit/audit-store.ts'
import { makeNumber } from '../members/member.ts'
import type { Users } from '../users/users.ts'
import { findHeldRows, listMemberRows, listMessagesOf, listPaymentsOf } from './held-data-store.ts'
import { lockPersonRows, type PersonRows } from './person-rows-store.ts'

type Deps = {
  database: Database
  personKeys: Pick<PersonKeys, 'findMany'>
  users: Pick<Users, 'getPerson'>
  now: () => number
}

/** Everything held about one person, as it can be handed to them: no tokens, keys or hashes. */
export async function exportPerson({ database, personKeys, users, now }: Deps, userId: number) {
  const rows = await database.transaction((sql) => lockPersonRows(database, sql, userId))
  const { phone, isPhoneVerified } = await users.getPerson(userId)
  const { users: userRows, ...held } = await findHeldRows(database.sql, rows)
  const messages = []
  const payments = []
  for (const identity of rows.identities) {
    messages.push(...(await listMessagesOf(database.sql, identity)))
    payments.push(...(await listPaymentsOf(database.sql, identity)))
  }
  return {
    exportedAt: new Date(now()).toISOString(),
    userId,
    phone: phone === null ? null : { number: phone, isVerified: isPhoneVerified },
    users: userRows.map(({ settings, ...user }) => ({
      ...user,
      settings: settings === null ? {} : (JSON.parse(settings) as unknown),
    })),
    ...held,
    members: await listMembers(database, personKeys, rows),
    messages,
    payments,
    audit: (await listEntriesAbout(database.sql, subjectsOf(rows))).map(({ at, action, subject, actor }) => ({
      at,
      action,
      subject,
      actor: actor.name,
    })),
  }
}

async function listMembers(
  database: Database,
  personKeys: Deps['personKeys'],
  { memberIds }: PersonRows,
): Promise<object[]> {
  if (memberIds.length === 0) return []
  const members = await listMemberRows(database.sql, memberIds)
  const keys = await personKeys.findMany(members.flatMap(({ person_key: key }) => key ?? []))
  return members.map(({ id, number, card_state, person_key, personal, created_at, updated_at }) => {
    const key = person_key && keys.get(Buffer.from(person_key).toString('hex'))
    const opened = key && personal && unsealPersonal(key, 'members.personal', personal)
    const data = opened ? (JSON.parse(opened) as object) : {}
    return {
      id,
      number: number ?? makeNumber(id),
      cardState: card_state,
      ...data,
      createdAt: created_at,
      updatedAt: updated_at,
    }
  })
}

function subjectsOf({ userIds, identities, memberIds }: PersonRows): string[] {
  return [
    ...userIds.map((id) => `user:${id}`),
    ...identities.map(({ id }) => `identity:${id}`),
    ...memberIds.map((id) => `member:${id}`),
  ]
}
