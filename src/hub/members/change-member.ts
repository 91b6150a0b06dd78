import { type Database, isUniqueViolation } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { Actor } from '../audit/actor.ts'
import { HubError } from '../errors.ts'
import type { CardState } from './member.ts'
import type { MemberSealing } from './member-sealing.ts'
import { getMember, lockMember, type MemberRow, updateMember } from './members-store.ts'
import { noteMember } from './note-member.ts'
import { type PersonalInput, parsePersonal } from './personal-data.ts'

export type MemberPatch = { cardState?: CardState | undefined; personal?: PersonalInput | undefined }

type Deps = { database: Database; personKeys: PersonKeys; sealing: MemberSealing; now: () => number }

const maxTries = 4

/** What is not given stays. Throws bad_request, not_found, conflict. */
export async function changeMember(
  deps: Deps,
  id: number,
  patch: MemberPatch,
  actor: Actor,
): Promise<MemberRow> {
  try {
    for (let attempt = 1; attempt <= maxTries; attempt += 1) {
      const changed = await tryChange(deps, id, patch, actor)
      if (changed !== null) return changed
    }
  } catch (error) {
    if (isUniqueViolation(error)) throw taken()
    throw error
  }
  throw new HubError('conflict', 'the member is being changed')
}

/** Null where somebody changed the member meanwhile: it is sealed as a whole, and nothing of theirs may be lost. */
async function tryChange(
  { database, personKeys, sealing, now }: Deps,
  id: number,
  { cardState, personal = {} }: MemberPatch,
  actor: Actor,
): Promise<MemberRow | null> {
  const row = await getMember(database.sql, id)
  const given = parsePersonal(personal, now())
  const present = await sealing.unseal(row)
  const person = row.personKey && (await personKeys.find(row.personKey))
  if (present === null || person === null) throw new HubError('conflict', 'the member was erased')
  const data = { ...present, ...given }
  const isSealedAnew = Object.keys(given).length > 0
  const hashes = isSealedAnew ? await sealing.hashesOf(row.tenantId, data) : {}
  return database.durableTransaction(async (sql) => {
    const locked = await lockMember(database, sql, id)
    if (!isSame(locked?.personal, row.personal)) return null
    const sealed = isSealedAnew ? { ...hashes, personal: sealing.seal(person, data) } : {}
    await updateMember(sql, id, { cardState, ...sealed }, now())
    const fields = [...Object.keys(given), ...(cardState === undefined ? [] : ['cardState'])]
    await noteMember(sql, { at: now(), actor, action: 'member.changed', member: row, detail: { fields } })
    return getMember(sql, id)
  })
}

function isSame(one: Uint8Array | null | undefined, other: Uint8Array | null): boolean {
  return one != null && other !== null && Buffer.compare(one, other) === 0
}

export function taken(): HubError {
  return new HubError('conflict', 'a member has this phone, idCard or number already: bind that one')
}
