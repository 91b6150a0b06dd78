import { type Database, isUniqueViolation, type Sql } from '../../database/database.ts'
import type { Actor } from '../audit/actor.ts'
import { type ErrorCode, HubError } from '../errors.ts'
import { lockUserOfIdentity } from '../users/identities-store.ts'
import { deleteBinding, insertBinding } from './bindings-store.ts'
import type { CardState } from './member.ts'
import type { MemberSealing } from './member-sealing.ts'
import type { MemberInput } from './members.ts'
import { lockMember, type MemberRow } from './members-store.ts'
import { parseNew } from './new-member.ts'
import { noteMember } from './note-member.ts'
import { type PersonalData, type PersonalInput, parsePersonal } from './personal-data.ts'

/** Whom a member is bound to: an identity, seen as a buyer of the app's tenant. */
export type Bindable = { identityId: number; tenantId: number; memberId: number | null }

type Deps = {
  database: Database
  sealing: MemberSealing
  create: (
    input: MemberInput,
    actor: Actor,
    alsoWrite: (sql: Sql, memberId: number) => Promise<void>,
  ) => Promise<number>
  findHolder: (tenantId: number, wanted: Partial<PersonalData>) => Promise<MemberRow | null>
  now: () => number
}

const cardErrors: Record<Exclude<CardState, 'active'>, ErrorCode> = {
  unusable: 'card_unusable',
  lost: 'card_lost',
  void: 'card_void',
}

/** One identity of an app for each member, and one member for each identity; what was bound before is kept. */
export function createBindings({ database, sealing, create, findHolder, now }: Deps) {
  async function lockBuyer(sql: Sql, { identityId }: Bindable): Promise<void> {
    if ((await lockUserOfIdentity(database, sql, identityId)) === null) {
      throw new HubError('not_found', 'the buyer was removed')
    }
  }

  async function insert(sql: Sql, buyer: Bindable, memberId: number, actor: Actor): Promise<void> {
    const { identityId } = buyer
    const binding = { identityId, memberId, by: actor.name, at: now() }
    if (!(await insertBinding(sql, binding))) throw bound()
    await note(sql, actor, 'member.bound', buyer, memberId)
  }

  function note(sql: Sql, actor: Actor, action: string, buyer: Bindable, memberId: number): Promise<void> {
    const { identityId, tenantId } = buyer
    const member = { id: memberId, tenantId }
    return noteMember(sql, { at: now(), actor, action, member, detail: { identityId } })
  }

  async function findToBind(tenantId: number, given: Partial<PersonalData>): Promise<MemberRow> {
    const row = await findHolder(tenantId, given)
    const data = row && (await sealing.unseal(row))
    // Which value differs is not told: that would let them be guessed one by one.
    if (row === null || data === null || !agrees(data, given)) {
      throw new HubError('card_unknown', 'no member of the tenant has these values')
    }
    return row
  }

  return {
    /** Creates a member and binds it to the buyer; the member's id. Throws bad_request, conflict, not_found. */
    async register(buyer: Bindable, personal: PersonalInput, actor: Actor): Promise<number> {
      // As for bind: what is malformed is told first, whatever the buyer is bound to.
      parseNew({ personal }, now())
      if (buyer.memberId !== null) throw bound()
      return create({ tenantId: buyer.tenantId, personal }, actor, async (sql, memberId) => {
        await lockBuyer(sql, buyer)
        await insert(sql, buyer, memberId, actor)
      })
    },

    /**
     * Binds the buyer to the member of its tenant who has the phone, or idCard; every other value that is given must
     * agree. Throws bad_request, conflict, card_unknown, card_unusable, card_lost, card_void.
     */
    async bind(buyer: Bindable, personal: PersonalInput, actor: Actor): Promise<number> {
      const given = parsePersonal(personal, now())
      if (!given.phone && !given.idCard) throw new HubError('bad_request', 'phone or idCard is missing')
      if (buyer.memberId !== null) throw bound()
      const { id } = await findToBind(buyer.tenantId, given)
      try {
        return await database.durableTransaction(async (sql) => {
          // Identities before members, as an erasure does, or the two could wait for each other.
          await lockBuyer(sql, buyer)
          const member = await lockMember(database, sql, id)
          if (member === null) throw new HubError('card_unknown', 'the member was removed')
          if (member.cardState !== 'active') {
            throw new HubError(cardErrors[member.cardState], "the member's card is not active")
          }
          await insert(sql, buyer, id, actor)
          return id
        })
      } catch (error) {
        if (isUniqueViolation(error)) throw bound()
        throw error
      }
    },

    /** The id of the member that the buyer was bound to. Throws conflict where it was bound to none, not_found. */
    unbind: (buyer: Bindable, actor: Actor): Promise<number> =>
      database.durableTransaction(async (sql) => {
        const { identityId } = buyer
        await lockBuyer(sql, buyer)
        const memberId = await deleteBinding(sql, { identityId, by: actor.name, at: now() })
        if (memberId === null) throw new HubError('conflict', 'the buyer is bound to no member')
        await note(sql, actor, 'member.unbound', buyer, memberId)
        return memberId
      }),
  }
}

function agrees(data: PersonalData, given: Partial<PersonalData>): boolean {
  return Object.entries(given).every(([name, value]) => data[name as keyof PersonalData] === value)
}

function bound(): HubError {
  return new HubError('conflict', 'the buyer, or the member in this app, is bound already')
}
