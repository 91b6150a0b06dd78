import { type Database, isUniqueViolation, type Sql } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Actor } from '../audit/actor.ts'
import type { ImportOutcome } from '../import-outcome.ts'
import { createBindings } from './bindings.ts'
import { changeMember, type MemberPatch, taken } from './change-member.ts'
import { type ImportedMember, importMembers } from './import-members.ts'
import { maskPersonal } from './mask.ts'
import { isMadeNumber, type Member, makeNumber } from './member.ts'
import { createMemberSealing } from './member-sealing.ts'
import {
  findMember,
  findMemberByIdCard,
  findMemberByNumber,
  findMemberByPhone,
  getMember,
  insertMember,
  listMembers,
  type MemberRow,
} from './members-store.ts'
import { checkNumber, type NewMemberInput, noData, parseNew } from './new-member.ts'
import { noteMember } from './note-member.ts'
import { type PersonalData, parsePersonal } from './personal-data.ts'
import { checkPurpose, toNotedPurpose } from './purpose.ts'

export type MemberInput = NewMemberInput & { tenantId: number }

export type MemberSearch = { phone: string } | { idCard: string } | { number: string }

export type Members = ReturnType<typeof createMembers>

type Deps = { database: Database; sealed: SealedColumns; personKeys: PersonKeys; now: () => number }

/** Members of tenants, with their personal data under lock: a key each, found by keyed hashes, shown masked. */
export function createMembers(deps: Deps) {
  const { database, personKeys, now } = deps
  const sealing = createMemberSealing(deps)

  /**
   * A new member; its id. `alsoWrite` joins the transaction. Throws bad_request, or conflict where a member of the
   * tenant has the phone, the idCard or the number.
   */
  async function create(
    input: MemberInput,
    actor: Actor,
    alsoWrite: (sql: Sql, memberId: number) => Promise<void> = async () => undefined,
  ): Promise<number> {
    const { tenantId, number = null, cardState = 'active' } = input
    const data = parseNew(input, now())
    const hashes = await sealing.hashesOf(tenantId, data)
    if ((await findHolder(tenantId, data)) !== null) throw taken()
    // The key is on disk before a row needs it; without its row it harms nobody.
    const person = await personKeys.create()
    const row = { tenantId, number, cardState, ...hashes, createdAt: now() }
    try {
      return await database.durableTransaction(async (sql) => {
        const sealedRow = { ...row, personKey: person.id, personal: sealing.seal(person, data) }
        const id = await insertMember(sql, sealedRow)
        await noteMember(sql, { at: now(), actor, action: 'member.added', member: { id, tenantId } })
        await alsoWrite(sql, id)
        return id
      })
    } catch (error) {
      if (isUniqueViolation(error)) throw taken()
      throw error
    }
  }

  /** The member of the tenant that has the phone, else the one that has the idCard. */
  async function findHolder(
    tenantId: number,
    { phone, idCard }: { phone?: string | null; idCard?: string | null },
  ): Promise<MemberRow | null> {
    const byPhone = phone
      ? await findMemberByPhone(database.sql, tenantId, await sealing.hashPhone(tenantId, phone))
      : null
    if (byPhone !== null || !idCard) return byPhone
    return findMemberByIdCard(database.sql, tenantId, await sealing.hashIdCard(tenantId, idCard))
  }

  async function findBySearch(tenantId: number, wanted: MemberSearch): Promise<MemberRow | null> {
    if (!('number' in wanted)) return findHolder(tenantId, parsePersonal(wanted, now()))
    return findByNumber(database.sql, tenantId, wanted.number)
  }

  return {
    ...createBindings({ ...deps, sealing, create, findHolder }),
    create,

    import: (tenantId: number, rows: readonly ImportedMember[], actor: Actor): Promise<ImportOutcome[]> =>
      importMembers({ ...deps, sealing }, { tenantId, rows, actor }),

    /** The member, masked; null where there is none. */
    async find(id: number): Promise<Member | null> {
      const row = await findMember(database.sql, id)
      return row === null ? null : toMember(row, mask(await sealing.unseal(row)))
    },

    /** Masked, by id; `tenantId` null: of all tenants. */
    async list(tenantId: number | null, after: number, limit: number): Promise<Member[]> {
      const rows = await listMembers(database.sql, { tenantId, after, limit })
      const data = await sealing.unsealMany(rows)
      return rows.map((row, at) => toMember(row, mask(data[at] ?? null)))
    },

    /** The member of the tenant with exactly this phone, idCard or number, masked. Throws bad_request. */
    async search(tenantId: number, wanted: MemberSearch): Promise<Member | null> {
      const row = await findBySearch(tenantId, wanted)
      return row === null ? null : toMember(row, mask(await sealing.unseal(row)))
    },

    /** Changes what is given. Throws bad_request, not_found, conflict. */
    async change(id: number, change: MemberPatch, actor: Actor): Promise<Member> {
      const changed = await changeMember({ ...deps, sealing }, id, change, actor)
      return toMember(changed, mask(await sealing.unseal(changed)))
    },

    /** The member in plain. Who read it, and for which purpose, is noted first. */
    async reveal(id: number, purpose: string, actor: Actor): Promise<Member> {
      checkPurpose(purpose)
      const row = await getMember(database.sql, id)
      const data = await sealing.unseal(row)
      const noted = { at: now(), actor, action: 'member.revealed', member: row }
      await noteMember(database.sql, { ...noted, detail: { purpose: toNotedPurpose(purpose, data) } })
      return toMember(row, data)
    },
  }
}

function mask(data: PersonalData | null): PersonalData | null {
  return data && maskPersonal(data)
}

function toMember(row: MemberRow, data: PersonalData | null): Member {
  const { id, tenantId, cardState, createdAt, updatedAt } = row
  const number = row.number ?? makeNumber(id)
  const shown = data ?? { ...noData, name: null }
  return { id, tenantId, number, cardState, ...shown, createdAt, updatedAt }
}

/** By the tenant's own number, or by one that was made here. Throws bad_request. */
async function findByNumber(sql: Sql, tenantId: number, number: string): Promise<MemberRow | null> {
  if (!isMadeNumber(number)) {
    checkNumber(number)
    return findMemberByNumber(sql, tenantId, number)
  }
  const row = await findMember(sql, Number(number.slice(1)))
  return row !== null && row.tenantId === tenantId && row.number === null ? row : null
}
