import type { Database } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import { unsealPersonal } from '../../database/person-keys/personal-columns.ts'
import { listEntriesAbout } from '../audit/audit-store.ts'
import { makeNumber } from '../members/member.ts'
import type { Users } from '../users/users.ts'
import {
  findHeldRows,
  listBindings,
  listBoundUsers,
  listMemberRows,
  listMessagesOf,
  listPaymentsOf,
} from './held-data-store.ts'
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
    members: await listMembers(database, personKeys, rows.memberIds),
    messages,
    payments,
    audit: await listAudit(database, subjectsOf(rows)),
  }
}

/** Everything held about a member, and which users it is bound to: what is held about these is theirs to export. */
export async function exportMember({ database, personKeys, now }: Omit<Deps, 'users'>, memberId: number) {
  const [member] = await listMembers(database, personKeys, [memberId])
  return {
    exportedAt: new Date(now()).toISOString(),
    memberId,
    member,
    boundTo: await listBoundUsers(database.sql, memberId),
    bindings: await listBindings(database.sql, [], [memberId]),
    audit: await listAudit(database, [`member:${memberId}`]),
  }
}

async function listAudit(database: Database, subjects: readonly string[]): Promise<object[]> {
  const entries = await listEntriesAbout(database.sql, subjects)
  return entries.map(({ at, action, subject, actor }) => ({ at, action, subject, actor: actor.name }))
}

async function listMembers(
  database: Database,
  personKeys: Deps['personKeys'],
  memberIds: readonly number[],
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
