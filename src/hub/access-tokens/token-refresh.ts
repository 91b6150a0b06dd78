import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Secret } from '../../secret.ts'
import type { IssuedToken } from '../../wechat/access-token.ts'
import { HubError } from '../errors.ts'
import type { Observer } from '../observer.ts'
import {
  acquireLease,
  findToken,
  insertRotation,
  insertTokenRow,
  releaseLease,
  type StoredToken,
  type TokenKey,
  updateToken,
} from './access-tokens-store.ts'

export type LiveToken = { value: Secret; version: number; obtainedAt: number; expiresAt: number }

/** Longer than one call to WeChat may take (6.5 s). Who needs longer is overtaken; the fence makes that harmless. */
export const leaseMs = 8000

const patienceMs = 2 * leaseMs
const pollMs = 50

export type RefreshDeps = {
  database: Database
  sealed: SealedColumns
  observer: Observer
  now: () => number
  /** Names this process in the lease. */
  nodeId: string
}

/**
 * Gets the value after the present one, asking WeChat once however many processes want it: who holds the
 * lease asks, the others watch the row. A holder that dies is followed when its lease is over.
 */
export async function refreshToken(
  deps: RefreshDeps,
  key: TokenKey,
  fetchToken: () => Promise<IssuedToken>,
): Promise<LiveToken> {
  const { database, sealed, now } = deps
  await insertTokenRow(database.sql, key)
  const startedAt = now()
  while (now() - startedAt < patienceMs) {
    const stored = await findToken(database.sql, sealed, key)
    if (stored === null) throw new HubError('app_unknown', 'the app was removed')
    const live = toLiveToken(stored, now())
    if (live !== null) return live
    const fence = await takeLease(deps, key, stored.version)
    if (fence === null) await delay(pollMs)
    else {
      const fetched = await fetchUnderLease(deps, stored, fence, fetchToken)
      if (fetched !== null) return fetched
    }
  }
  throw new HubError('upstream_unavailable', 'no process could get a token in time')
}

/** Renews a token that still lives; false if another process is at it. */
export async function renewToken(
  deps: RefreshDeps,
  stored: StoredToken,
  fetchToken: () => Promise<IssuedToken>,
): Promise<boolean> {
  const fence = await takeLease(deps, stored, stored.version)
  if (fence === null) return false
  return (await fetchUnderLease(deps, stored, fence, fetchToken)) !== null
}

/** A token that has a value and has not run out. */
export function toLiveToken(stored: StoredToken, now: number): LiveToken | null {
  const { value, version, obtainedAt, expiresAt } = stored
  return value !== null && expiresAt > now ? { value, version, obtainedAt, expiresAt } : null
}

function takeLease(deps: RefreshDeps, key: TokenKey, version: number): Promise<number | null> {
  const now = deps.now()
  const { appId, kind } = key
  const request = { appId, kind, version, holder: deps.nodeId, now, until: now + leaseMs }
  return acquireLease(deps.database.sql, request)
}

async function fetchUnderLease(
  deps: RefreshDeps,
  stored: StoredToken,
  fence: number,
  fetchToken: () => Promise<IssuedToken>,
): Promise<LiveToken | null> {
  const askedAt = deps.now()
  let issued: IssuedToken
  try {
    issued = await fetchToken()
  } catch (error) {
    // Who lost the lease meanwhile has a newer token to look for: its own failure no longer matters.
    if (await releaseLease(deps.database.sql, stored, fence)) throw error
    return null
  }
  // WeChat counts from its answer; counting from our question errs on the safe side.
  const expiresAt = askedAt + issued.lifetimeMs
  return storeToken(deps, stored, fence, { value: issued.value, obtainedAt: askedAt, expiresAt })
}

async function storeToken(
  deps: RefreshDeps,
  stored: StoredToken,
  fence: number,
  fetched: { value: Secret; obtainedAt: number; expiresAt: number },
): Promise<LiveToken | null> {
  const { appId, kind } = stored
  const cause = causeOf(stored, fetched.value, fetched.obtainedAt)
  // A renewal that came too early gets the same value again: no new version. After a report it is one, so
  // that the callers who hold the failed version do not report it again.
  const version = cause === 'unchanged' ? stored.version : stored.version + 1
  const isStored = await deps.database.transaction(async (sql) => {
    const isOurs = await updateToken(sql, deps.sealed, { appId, kind, fence, version, ...fetched })
    if (isOurs && cause !== 'unchanged') {
      await insertRotation(sql, stored, { version, cause, at: fetched.obtainedAt })
    }
    return isOurs
  })
  if (!isStored) return null
  if (cause !== 'unchanged') deps.observer.tokenRotated(kind, cause)
  return { version, ...fetched }
}

function causeOf(stored: StoredToken, value: Secret, now: number): string {
  if (stored.version === 0) return 'first'
  if (stored.expiresAt === 0) return 'reported'
  if (stored.value?.equals(value.reveal())) return 'unchanged'
  return stored.expiresAt > now ? 'renewed' : 'expired'
}
