import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Database, isForeignKeyViolation } from '../../database/database.ts'
import { Secret } from '../../secret.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { checkName } from '../name.ts'
import type { Setup } from '../setup/setup.ts'
import {
  type ApiKey,
  type ApiKeyChange,
  deleteApiKey,
  findApiKey,
  insertApiKey,
  listApiKeys,
  touchApiKey,
  updateApiKey,
} from './api-keys-store.ts'
import type { Principal } from './principal.ts'
import { type Scope, scopes } from './scopes.ts'

export type ApiKeyInput = {
  name: string
  scopes: string[]
  tenantId?: number | null
  apps?: string[] | null
  expiresAt?: number | null
  /** In fen: the most that one refund may be, and all of a day (in China); null: no limit. */
  refundLimitFen?: number | null
  refundDailyLimitFen?: number | null
}

/** What can be changed of a key; whose it is and its apps cannot. */
export type ApiKeyChangeInput = Omit<Partial<ApiKeyInput>, 'tenantId' | 'apps'>

type KnownApps = ReadonlyMap<string, { tenantId: number }>
type KeySetup = Setup<{ apiKeys: ReadonlyMap<string, ApiKey>; apps: KnownApps }>

export type ApiKeys = ReturnType<typeof createApiKeys>

type Deps = { database: Database; setup: KeySetup; adminKey: Secret | null; now: () => number }

const lastUseStepMs = 60_000

/** Keys of the back ends behind the hub, and the one of the instance itself. */
export function createApiKeys({ database, setup, adminKey, now }: Deps) {
  const lastUses = new Map<number, number>()
  const adminHash = adminKey && Buffer.from(hashOf(adminKey.reveal()))
  // As long as the set-up that they are of.
  const principals = new WeakMap<ApiKey, KnownPrincipal>()

  /** Written at most once a minute: it tells a forgotten key from one in use, not each call. */
  function isUseToNote({ id, lastUsedAt }: ApiKey): boolean {
    return now() - (lastUses.get(id) ?? lastUsedAt ?? 0) >= lastUseStepMs
  }

  async function noteUse({ id }: ApiKey): Promise<void> {
    const time = now()
    lastUses.set(id, time)
    await touchApiKey(database.sql, id, time)
  }

  function principalOf(key: ApiKey): KnownPrincipal {
    const known = principals.get(key) ?? toPrincipal(key)
    principals.set(key, known)
    return known
  }

  return {
    /** Whose key came from this address. Throws credential_refused for one that is none, was removed, or is over. */
    async verify(key: string, address: string | null): Promise<Principal> {
      const keyHash = hashOf(key)
      if (adminHash !== null && timingSafeEqual(adminHash, Buffer.from(keyHash)))
        return { ...adminPrincipal, address }
      const found = (await setup.current()).apiKeys.get(keyHash) ?? (await findNew(setup, keyHash))
      if (found === undefined) throw new HubError('credential_refused', 'there is no such key')
      if (found.expiresAt !== null && found.expiresAt <= now()) {
        throw new HubError('credential_refused', 'the key is over')
      }
      if (isUseToNote(found)) await noteUse(found)
      return { ...principalOf(found), address }
    },

    list: (): Promise<ApiKey[]> => listApiKeys(database.sql),

    find: (id: number): Promise<ApiKey | null> => findApiKey(database.sql, id),

    /** Makes a key. It is told this once: only its hash is kept. */
    async add(input: ApiKeyInput, actor: Actor): Promise<{ id: number; key: Secret }> {
      const wanted = checkInput(input, (await setup.current()).apps, now())
      const key = `whk_${randomBytes(32).toString('base64url')}`
      const work = setup.change(async (sql) => {
        const added = await insertApiKey(sql, {
          ...wanted,
          hash: hashOf(key),
          prefix: key.slice(0, 8),
          createdAt: now(),
        })
        const { name: _name, expiresAt: _expiresAt, ...detail } = wanted
        const { tenantId } = wanted
        const noted = { action: 'key.added', subject: `key:${added}`, tenantId, detail }
        await insertAuditEntry(sql, { ...noted, at: now(), actor })
        return added
      })
      const id = await work.catch((error: unknown) => {
        if (isForeignKeyViolation(error)) throw new HubError('bad_request', 'tenantId names no tenant')
        throw error
      })
      return { id, key: new Secret(key) }
    },

    async change(id: number, input: ApiKeyChangeInput, actor: Actor): Promise<ApiKey> {
      const wanted = checkChange(input, now())
      return setup.change(async (sql) => {
        const changed = await updateApiKey(sql, id, wanted)
        if (changed === null) throw new HubError('not_found', 'no such key')
        const { tenantId } = changed
        const noted = { action: 'key.changed', subject: `key:${id}`, tenantId, detail: wanted }
        await insertAuditEntry(sql, { ...noted, at: now(), actor })
        return changed
      })
    },

    async remove(id: number, actor: Actor): Promise<void> {
      await setup.change(async (sql) => {
        const tenantId = (await findApiKey(sql, id))?.tenantId ?? null
        if (!(await deleteApiKey(sql, id))) throw new HubError('not_found', 'no such key')
        const noted = { action: 'key.removed', subject: `key:${id}`, tenantId, detail: {} }
        await insertAuditEntry(sql, { ...noted, at: now(), actor })
      })
    },
  }
}

/** Made a moment ago on another node or by the command line; who guesses is slowed down by the guard. */
async function findNew(setup: KeySetup, keyHash: string): Promise<ApiKey | undefined> {
  await setup.refresh()
  return setup.last().apiKeys.get(keyHash)
}

type KnownPrincipal = Omit<Principal, 'address'>

const adminPrincipal: KnownPrincipal = {
  id: 'admin',
  scopes: new Set(scopes),
  tenantId: null,
  apps: null,
  expiresAt: null,
  refundLimitFen: null,
  refundDailyLimitFen: null,
}

function toPrincipal({ id, scopes: own, tenantId, apps, expiresAt, ...limits }: ApiKey): KnownPrincipal {
  const { refundLimitFen, refundDailyLimitFen } = limits
  const bounds = { tenantId, apps: apps && new Set(apps), expiresAt, refundLimitFen, refundDailyLimitFen }
  return { id: String(id), scopes: new Set(own), ...bounds }
}

function checkInput(input: ApiKeyInput, known: KnownApps, now: number) {
  const { name, expiresAt = null } = input
  checkName(name)
  const apps = input.apps == null ? null : [...new Set(input.apps)]
  const tenantId = apps === null ? (input.tenantId ?? null) : tenantOf(apps, known, input.tenantId)
  checkExpiry(expiresAt, now)
  const { refundLimitFen = null, refundDailyLimitFen = null } = checkLimits(input)
  const bounds = { tenantId, apps, expiresAt, refundLimitFen, refundDailyLimitFen }
  return { name, scopes: parseScopes(input.scopes), ...bounds }
}

function checkChange(change: ApiKeyChangeInput, now: number): ApiKeyChange {
  const { name, scopes, expiresAt } = change
  if (name !== undefined) checkName(name)
  checkExpiry(expiresAt, now)
  return {
    ...(name !== undefined && { name }),
    ...(scopes !== undefined && { scopes: parseScopes(scopes) }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...checkLimits(change),
  }
}

/** Those that are given. */
function checkLimits({ refundLimitFen, refundDailyLimitFen }: ApiKeyChangeInput) {
  for (const limit of [refundLimitFen, refundDailyLimitFen]) {
    if (limit != null && (!Number.isSafeInteger(limit) || limit < 0)) {
      throw new HubError('bad_request', 'a limit of refunds is a whole number of fen, and not negative')
    }
  }
  return {
    ...(refundLimitFen !== undefined && { refundLimitFen }),
    ...(refundDailyLimitFen !== undefined && { refundDailyLimitFen }),
  }
}

function checkExpiry(expiresAt: number | null | undefined, now: number): void {
  if (expiresAt != null && expiresAt <= now) throw new HubError('bad_request', 'expiresAt is past')
}

function parseScopes(texts: string[]): Scope[] {
  if (texts.length === 0) throw new HubError('bad_request', 'scopes names no scope')
  const wanted = texts.map((text): Scope => {
    const scope = scopes.find((one) => one === text)
    if (scope === undefined) throw new HubError('bad_request', 'scopes names a scope that does not exist')
    return scope
  })
  return [...new Set(wanted)]
}

/** A key that is limited to apps belongs to their tenant, whether its maker said so or not. */
function tenantOf(apps: string[], known: KnownApps, wanted: number | null | undefined): number {
  if (apps.length === 0) throw new HubError('bad_request', 'apps names no app')
  const tenants = new Set(apps.map((appId) => known.get(appId)?.tenantId))
  const [tenantId, other] = tenants
  if (tenants.has(undefined) || tenantId === undefined) {
    throw new HubError('bad_request', 'apps names an app that is not set up')
  }
  if (other !== undefined || (wanted ?? tenantId) !== tenantId) {
    throw new HubError('bad_request', 'apps names apps of another tenant')
  }
  return tenantId
}

function hashOf(key: string): string {
  return hash('sha256', key)
}
