import type { Secret } from '../../secret.ts'
import type { IssuedToken } from '../../wechat/access-token.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { App } from '../apps/app.ts'
import { withLiveSecret } from '../apps/with-live-secret.ts'
import { HubError } from '../errors.ts'
import { type CustodyDeps, createTokenCustody } from './token-custody.ts'
import type { LiveToken } from './token-refresh.ts'

/** WeChat renews a stable token by itself in its last 300 s; asked earlier it gives the same one again. */
const renewAheadMs = 290_000

/** WeChat's words for "this access token is not, or no longer, the one". */
const tokenFailures = new Set([40001, 40014, 42001])

/** Of all the callers' reports on an app, one in this time leads to a replacement. */
const reportSpacingMs = 30_000

export type AccessTokens = ReturnType<typeof createAccessTokens>

export type AccessTokensDeps = CustodyDeps & { wechat: WeChat }

/** The custody of every app's access token. */
export function createAccessTokens(deps: AccessTokensDeps) {
  const { wechat, now } = deps
  const fetch = (app: App): Promise<IssuedToken> =>
    withLiveSecret(app, (secret) => wechat.fetchStableToken({ appId: app.appId, secret }))
  const custody = createTokenCustody(deps, {
    kind: 'access_token',
    fetch,
    renewAheadMs,
    renewIfUsedWithinMs: null,
  })

  async function current(app: App): Promise<LiveToken> {
    if (app.kind === 'open_app')
      throw new HubError('app_wrong_kind', 'apps of the open platform have no access token')
    return custody.current(app)
  }

  /** From the database, so that it holds for all processes. */
  async function wasReportedLately(app: App): Promise<boolean> {
    const [newest] = await custody.listRotations(app, 1)
    return newest?.cause === 'reported' && Math.abs(now() - newest.at) < reportSpacingMs
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
        const next = await custody.replaceFailed(app, token)
        return call(next.value)
      }
    },

    /**
     * A caller says that this token failed. True if it was the current one and was replaced. A token that came
     * by a failure less than 30 s ago stays: a caller that reports in a loop must not use WeChat's quota up.
     */
    async report(app: App, failed: string): Promise<boolean> {
      const token = await current(app)
      if (!token.value.equals(failed) || (await wasReportedLately(app))) return false
      await custody.replaceFailed(app, token)
      return true
    },

    renewDue: custody.renewDue,
    listRotations: custody.listRotations,
    ages: custody.ages,
  }
}

function isTokenFailure(error: unknown): boolean {
  return error instanceof HubError && tokenFailures.has(error.upstream?.errcode ?? 0)
}
