import type { Clock } from '../clock.ts'
import { createTokenText } from '../marked-secrets.ts'
import type { RandomBytes } from '../random-bytes.ts'
import type { Rules } from '../rules.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { User } from '../users/user-store.ts'

/**
 * What a user agreed to. The refresh tokens of the mobile SDK live longer; on a snapshot page a virtual
 * account agreed.
 */
export type Consent = { user: User; scope: string; mobile: boolean; snapshot: boolean }

export type UserToken = Consent & {
  appid: string
  openid: string
  accessToken: string
  expiresAt: number
  refreshToken: string
  refreshExpiresAt: number
}

const rememberedTokens = 20_000

export type UserTokenStore = ReturnType<typeof createUserTokenStore>

/** Tokens of web and app authorisation: they speak for one user and have nothing to do with app tokens. */
export function createUserTokenStore(deps: { clock: Clock; rules: Rules; random: RandomBytes }) {
  const { clock, rules, random } = deps
  const byAccessToken = new Map<string, UserToken>()
  const byRefreshToken = new Map<string, UserToken>()

  return {
    /** Each consent has a refresh token of its own. */
    issue(consent: Consent, appid: string, openid: string): UserToken {
      const now = clock.now()
      const refreshMs = consent.mobile ? rules.mobileRefreshTokenLifetimeMs : rules.refreshTokenLifetimeMs
      const token = {
        ...consent,
        appid,
        openid,
        accessToken: createTokenText(random),
        expiresAt: now + rules.userTokenLifetimeMs,
        refreshToken: createTokenText(random),
        refreshExpiresAt: now + refreshMs,
      }
      remember(byAccessToken, token.accessToken, token)
      remember(byRefreshToken, token.refreshToken, token)
      return token
    },
    /** A living access token gets its full life again, an expired one is replaced. */
    refresh(refreshToken: string, appid: string): UserToken {
      const token = byRefreshToken.get(refreshToken)
      if (token === undefined || token.appid !== appid) throw new UpstreamError(40030)
      const now = clock.now()
      if (token.refreshExpiresAt <= now) throw new UpstreamError(42002)
      const renewed = token.expiresAt > now ? token : { ...token, accessToken: createTokenText(random) }
      renewed.expiresAt = now + rules.userTokenLifetimeMs
      remember(byAccessToken, renewed.accessToken, renewed)
      remember(byRefreshToken, refreshToken, renewed)
      return renewed
    },
    verify(accessToken: string): UserToken {
      if (accessToken === '') throw new UpstreamError(41001)
      if (!/^[\w-]+$/.test(accessToken)) throw new UpstreamError(40014)
      const token = byAccessToken.get(accessToken)
      if (token === undefined) throw new UpstreamError(40001)
      if (token.expiresAt <= clock.now()) throw new UpstreamError(42001)
      return token
    },
  }
}

function remember(tokens: Map<string, UserToken>, value: string, token: UserToken): void {
  tokens.set(value, token)
  if (tokens.size > rememberedTokens) tokens.delete(tokens.keys().next().value ?? '')
}
