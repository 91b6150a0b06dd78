import type { Secret } from '../../secret.ts'
import type { IssuedToken } from '../../wechat/access-token.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/apps.ts'
import { withLiveSecret } from '../apps/with-live-secret.ts'
import { isBelieved } from '../belief.ts'
import { HubError } from '../errors.ts'
import { beliefMs } from '../setup/setup.ts'
import { createSingleFlight } from '../single-flight.ts'
import { expireToken, findToken, listRotations, listTokensDue, type TokenKey } from './access-tokens-store.ts'
import { createRefusalMemory } from './refusal-memory.ts'
import { type LiveToken, type RefreshDeps, refreshToken, renewToken, toLiveToken } from './token-refresh.ts'

/** WeChat renews a stable token by itself in its last 300 s; asked earlier it gives the same one again. */
const renewAheadMs = 290_000

/** WeChat's words for "this access token is not, or no longer, the one". */
const tokenFailures = new Set([40001, 40014, 42001])

export type AccessTokens = ReturnType<typeof createAccessTokens>

export type AccessTokensDeps = RefreshDeps & { wechat: WeChat; apps: Apps }

/**
 * The one custodian of every app's access token. Reads never lock and never wait for a renewal; a value is
 * fetched from WeChat once per version, however many requests and processes want it.
 */
export function createAccessTokens(deps: AccessTokensDeps) {
  const { database, sealed, wechat, observer, now } = deps
  const cache = new Map<string, LiveToken & { readAt: number }>()
  const refusals = createRefusalMemory({ keepMs: beliefMs, now })
  const flights = createSingleFlight<LiveToken>(() => observer.flightJoined('token'))

  const fetchFor = (app: App) => (): Promise<IssuedToken> =>
    withLiveSecret(app, (secret) => wechat.fetchStableToken({ appId: app.appId, secret }))

  async function load(app: App): Promise<LiveToken> {
    const readAt = now()
    const key = keyOf(app)
    const stored = await findToken(database.sql, sealed, key)
    const live = stored === null ? null : toLiveToken(stored, readAt)
    const refresh = () => refreshToken(deps, key, fetchFor(app))
    const token = live ?? (await refusals.run(app.appId, refresh))
    cache.set(app.appId, { ...token, readAt })
    return token
  }

  async function current(app: App): Promise<LiveToken> {
    if (app.kind === 'open_app')
      throw new HubError('app_wrong_kind', 'apps of the open platform have no access token')
    const cached = cache.get(app.appId)
    const time = now()
    const isGood = cached !== undefined && isBelieved(cached.readAt, time, beliefMs)
    if (isGood && cached.expiresAt > time) return cached
    return flights.run(app.appId, () => load(app))
  }

  /** Expires the token that failed, only if it is still the current one, and gives the one after it. */
  async function replaceFailed(app: App, failed: LiveToken): Promise<LiveToken> {
    const cached = cache.get(app.appId)
    if (cached !== undefined && cached.version > failed.version) return current(app)
    await expireToken(database.sql, keyOf(app), failed.version)
    if (cache.get(app.appId)?.version === failed.version) cache.delete(app.appId)
    let token = await current(app)
    // A flight that had started before the token failed may still bring the old one.
    if (token.version === failed.version) {
      cache.delete(app.appId)
      token = await current(app)
    }
    return token
  }

  return {
    current,

    /** Calls WeChat with the app's access token. If WeChat says that it is over: once more with the next one. */
    async use<T>(app: App, call: (accessToken: Secret) => Promise<T>): Promise<T> {
      const token = await current(app)
      try {
        return await call(token.value)
      } catch (error) {
        if (!isTokenFailure(error)) throw error
        const next = await replaceFailed(app, token)
        return call(next.value)
      }
    },

    /** A caller says that this token failed. True if it was the current one and was replaced. */
    async report(app: App, failed: string): Promise<boolean> {
      const token = await current(app)
      if (!token.value.equals(failed)) return false
      await replaceFailed(app, token)
      return true
    },

    /** Renews, ahead of time, every token that runs out soon. Returns the errors of those that failed. */
    async renewDue(): Promise<unknown[]> {
      const errors: unknown[] = []
      for (const key of await listTokensDue(database.sql, now(), now() + renewAheadMs)) {
        try {
          const app = await deps.apps.get(key.appId)
          const stored = await findToken(database.sql, sealed, key)
          if (stored !== null) await renewToken(deps, stored, fetchFor(app))
        } catch (error) {
          errors.push(error)
        }
      }
      return errors
    },

    listRotations: (app: App, limit: number) => listRotations(database.sql, keyOf(app), limit),

    /** Age in seconds of each token this process has read, by appId. */
    ages: (): { appId: string; ageS: number }[] =>
      [...cache].map(([appId, token]) => ({ appId, ageS: Math.round((now() - token.obtainedAt) / 1000) })),
  }
}

function keyOf(app: App): TokenKey {
  return { appId: app.appId, kind: 'access_token' }
}

function isTokenFailure(error: unknown): boolean {
  return error instanceof HubError && tokenFailures.has(error.upstream?.errcode ?? 0)
}
