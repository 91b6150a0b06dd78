import type { Database } from '../../database/database.ts'
import type { App } from '../apps/app.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { isMasked, maskPhone } from '../members/mask.ts'
import type { Members } from '../members/members.ts'
import type { PersonalInput } from '../members/personal-data.ts'
import { checkText } from '../users/check-text.ts'
import type { KnownPhone } from '../users/open-phone.ts'
import { parsePhone } from '../users/phone.ts'
import { toImprovement } from '../users/profile.ts'
import type { Users } from '../users/users.ts'
import { type BuyerRow, findBuyer, findBuyerByOpenId, listBuyers } from './buyers-store.ts'

/** Whoever logged in to an app, as a shop sees them. `id` is the identity's; `phone` may be masked. */
export type Buyer = {
  id: number
  tenantId: number
  openId: string
  /** Null where none is bound. */
  memberId: number | null
  name: string
  avatarUrl: string
  phone: string
}

/** Who reads phone numbers in plain, and what for; null: they are masked. */
export type Reveal = { actor: Actor; purpose: string } | null

export type BuyerInput = {
  /** 0 or undefined: the buyer is found by its openId, or made. */
  id?: number | undefined
  openId?: string | undefined
  name?: string | undefined
  avatarUrl?: string | undefined
  phone?: string | undefined
}

export type Buyers = ReturnType<typeof createBuyers>

type Deps = { database: Database; users: Users; members: Members; now: () => number }

const maxOpenIdLength = 64

/** Buyers of an app: its identities, and whom they are bound to. Those of other apps are not there. */
export function createBuyers({ database, users, members, now }: Deps) {
  async function note(app: App, { actor, purpose }: NonNullable<Reveal>, ids: number[]): Promise<void> {
    const { appId, tenantId } = app
    const entry = { at: now(), actor, action: 'buyer.revealed', subject: `app:${appId}`, tenantId }
    await insertAuditEntry(database.sql, { ...entry, detail: { purpose, ids } })
  }

  async function show(app: App, rows: readonly BuyerRow[], reveal: Reveal): Promise<Buyer[]> {
    const phones = await users.phones.readMany(rows.map((row) => row.phones))
    const revealed = rows.filter((_row, at) => phones[at] != null)
    if (reveal !== null && revealed.length > 0) {
      const ids = revealed.map(({ id }) => id)
      await note(app, reveal, ids)
    }
    return rows.map((row, at) => toBuyer(app, row, phones[at] ?? null, reveal))
  }

  async function showOne(app: App, row: BuyerRow | null, reveal: Reveal): Promise<Buyer | null> {
    if (row === null) return null
    const phone = await users.phones.read(row.phones)
    if (reveal !== null && phone !== null) await note(app, reveal, [row.id])
    return toBuyer(app, row, phone, reveal)
  }

  async function getBindable(app: App, id: number) {
    const row = await findBuyer(database.sql, app.appId, id)
    if (row === null) throw new HubError('not_found', 'no such buyer')
    return { identityId: row.id, tenantId: app.tenantId, memberId: row.memberId }
  }

  async function findOrRecord(app: App, { id = 0, openId }: BuyerInput): Promise<number> {
    if (id === 0) {
      if (openId === undefined) throw new HubError('bad_request', 'openId is missing')
      return (await users.record({ app, openId, unionId: null })).id
    }
    const row = await findBuyer(database.sql, app.appId, id)
    if (row === null) throw new HubError('not_found', 'no such buyer')
    if (openId !== undefined && openId !== row.openId) {
      throw new HubError('conflict', 'the buyer of this id has another openId')
    }
    return row.id
  }

  return {
    find: async (app: App, id: number, reveal: Reveal = null): Promise<Buyer | null> =>
      showOne(app, await findBuyer(database.sql, app.appId, id), reveal),

    async findByOpenId(app: App, openId: string, reveal: Reveal = null): Promise<Buyer | null> {
      // Nobody has such a one, and PostgreSQL cannot even look for some.
      if (!isOpenId(openId)) return null
      return showOne(app, await findBuyerByOpenId(database.sql, app.appId, openId), reveal)
    },

    /** In the order of the ids, without those that are none of the app's. */
    async list(app: App, ids: readonly number[], reveal: Reveal = null): Promise<Buyer[]> {
      if (ids.length === 0) return []
      const rows = await listBuyers(database.sql, app.appId, [...new Set(ids)])
      const byId = new Map((await show(app, rows, reveal)).map((buyer) => [buyer.id, buyer]))
      return ids.flatMap((id) => byId.get(id) ?? [])
    },

    /**
     * Makes or updates a buyer; its id. A profile only gets better, and a number that WeChat vouched for stays.
     * Throws bad_request, not_found, conflict.
     */
    async save(app: App, input: BuyerInput): Promise<number> {
      const { openId, name: nickname, avatarUrl, phone = '' } = input
      // All is checked before anything is written.
      toImprovement({ nickname, avatarUrl })
      if (openId !== undefined) checkOpenId(openId)
      const isPhoneGiven = phone !== '' && !isMasked(phone)
      if (isPhoneGiven) parsePhone(phone)
      const id = await findOrRecord(app, input)
      await users.improveProfile(id, { nickname, avatarUrl })
      if (isPhoneGiven) await users.change(id, { phone })
      return id
    },

    /** Creates a member and binds it to the buyer; the member's id. See `Members.register`. */
    register: async (app: App, id: number, personal: PersonalInput, actor: Actor): Promise<number> =>
      members.register(await getBindable(app, id), personal, actor),

    /** See `Members.bind`. */
    bind: async (app: App, id: number, personal: PersonalInput, actor: Actor): Promise<number> =>
      members.bind(await getBindable(app, id), personal, actor),

    /** See `Members.unbind`. */
    unbind: async (app: App, id: number, actor: Actor): Promise<number> =>
      members.unbind(await getBindable(app, id), actor),
  }
}

function checkOpenId(openId: string): void {
  checkText('openId', openId, maxOpenIdLength)
  if (!isOpenId(openId)) throw new HubError('bad_request', 'openId is malformed')
}

function isOpenId(text: string): boolean {
  return /^[\w-]+$/.test(text)
}

function toBuyer({ tenantId }: App, row: BuyerRow, phone: KnownPhone | null, reveal: Reveal): Buyer {
  const { id, openId, memberId, nickname: name, avatarUrl } = row
  const shown = phone && (reveal === null ? maskPhone(phone.phone) : phone.phone)
  return { id, tenantId, openId, memberId, name, avatarUrl, phone: shown ?? '' }
}
