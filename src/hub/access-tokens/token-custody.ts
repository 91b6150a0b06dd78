import type { IssuedToken } from '../../wechat/access-token.ts'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { isBelieved } from '../belief.ts'
import { workInParallel } from '../parallel.ts'
import { beliefMs } from '../setup/setup.ts'
import { createSingleFlight } from '../single-flight.ts'
import {
  expireToken,
  findToken,
  listRotations,
  listTokensDue,
  type TokenKey,
  type TokenKind,
} from './access-tokens-store.ts'
import { createRefusalMemory } from './refusal-memory.ts'
import { type LiveToken, type RefreshDeps, refreshToken, renewToken, toLiveToken } from './token-refresh.ts'

export type CustodyDeps = RefreshDeps & { apps: Pick<Apps, 'get'> }

export type CustodyRules = {
  kind: TokenKind
  /** Asks WeChat for the app's present value. */
  fetch: (app: App) => Promise<IssuedToken>
  /** How long before its end a value is renewed. */
  renewAheadMs: number
  /** Renewed only if this process gave it out so lately; null: always. */
  renewIfUsedWithinMs: number | null
}

export type TokenCustody = ReturnType<typeof createTokenCustody>

const renewalsAtOnce = 8

/**
 * The one custodian of what WeChat gives an app for a time, of one kind. Reads never lock and never wait for a
 * renewal; a value is fetched from WeChat once per version, however many requests and processes want it.
 */
export function createTokenCustody(deps: CustodyDeps, rules: CustodyRules) {
  const { database, sealed, observer, now } = deps
  const { kind, fetch } = rules
  const cache = new Map<string, LiveToken & { readAt: number }>()
  const refusals = createRefusalMemory({ keepMs: beliefMs, now })
  const flights = createSingleFlight<LiveToken>(() =>
    observer.flightJoined(kind === 'access_token' ? 'token' : 'ticket'),
  )

  async function load(app: App): Promise<LiveToken> {
    const readAt = now()
    const key = { appId: app.appId, kind }
    const stored = await findToken(database.sql, sealed, key)
    const live = stored === null ? null : toLiveToken(stored, readAt)
    const refresh = () => refreshToken(deps, key, () => fetch(app))
    const token = live ?? (await refusals.run(app.appId, refresh))
    cache.set(app.appId, { ...token, readAt })
    return token
  }

  async function current(app: App): Promise<LiveToken> {
    const cached = cache.get(app.appId)
    const time = now()
    const isGood = cached !== undefined && isBelieved(cached.readAt, time, beliefMs)
    if (isGood && cached.expiresAt > time) return cached
    return flights.run(app.appId, () => load(app))
  }

  function isUsedLately(appId: string): boolean {
    const { renewIfUsedWithinMs } = rules
    if (renewIfUsedWithinMs === null) return true
    return (cache.get(appId)?.readAt ?? 0) > now() - renewIfUsedWithinMs
  }

  async function renew(key: TokenKey): Promise<void> {
    const app = await deps.apps.get(key.appId)
    const stored = await findToken(database.sql, sealed, key)
    if (stored !== null) await renewToken(deps, stored, () => fetch(app))
  }

  return {
    current,

    /** Expires the value that failed, only if it is still the current one, and gives the one after it. */
    async replaceFailed(app: App, failed: LiveToken): Promise<LiveToken> {
      const { appId } = app
      const cached = cache.get(appId)
      if (cached !== undefined && cached.version > failed.version) return current(app)
      await expireToken(database.sql, { appId, kind }, failed.version)
      if (cache.get(appId)?.version === failed.version) cache.delete(appId)
      let token = await current(app)
      // A flight that had started before the token failed may still bring the old one.
      if (token.version === failed.version) {
        cache.delete(appId)
        token = await current(app)
      }
      return token
    },

    /**
     * Renews, ahead of time, every value that runs out soon, a few at a time; begins none after `closing`.
     * Returns the errors of those that failed.
     */
    async renewDue(closing: AbortSignal): Promise<unknown[]> {
      const time = now()
      const due = await listTokensDue(database.sql, kind, { now: time, before: time + rules.renewAheadMs })
      const wanted = due.filter(({ appId }) => isUsedLately(appId))
      return workInParallel(wanted, renew, { atOnce: renewalsAtOnce, closing })
    },

    listRotations: ({ appId }: App, limit: number) => listRotations(database.sql, { appId, kind }, limit),

    /** Age in seconds of each value this process has read, by appId. */
    ages: (): { appId: string; ageS: number }[] =>
      [...cache].map(([appId, token]) => ({ appId, ageS: Math.round((now() - token.obtainedAt) / 1000) })),
  }
}
