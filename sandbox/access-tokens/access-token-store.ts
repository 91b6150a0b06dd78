import type { Clock } from '../clock.ts'
import { createTokenText } from '../marked-secrets.ts'
import type { RandomBytes } from '../random-bytes.ts'
import type { Rules } from '../rules.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

/** Tokens of /cgi-bin/token and of stable_token replace only their own kind. */
export type TokenKind = 'plain' | 'stable'
export type AccessToken = { value: string; appid: string; kind: TokenKind; until: number; replaced: boolean }

const rememberedTokens = 20_000

export type AccessTokenStore = ReturnType<typeof createAccessTokenStore>

export function createAccessTokenStore(deps: { clock: Clock; rules: Rules; random: RandomBytes }) {
  const { clock, rules, random } = deps
  const byValue = new Map<string, AccessToken>()
  const current = new Map<string, AccessToken>()

  function replace(token: AccessToken | undefined, overlapMs: number): void {
    const now = clock.now()
    if (token === undefined || token.until <= now) return
    token.replaced = true
    token.until = now + overlapMs
  }

  return {
    findCurrent: (appid: string, kind: TokenKind): AccessToken | null =>
      current.get(`${kind} ${appid}`) ?? null,
    /** A new token; the one before it stays usable for the overlap. */
    issue(appid: string, kind: TokenKind, overlapMs: number): AccessToken {
      const until = clock.now() + rules.tokenLifetimeMs
      const token = { value: createTokenText(random), appid, kind, until, replaced: false }
      replace(current.get(`${kind} ${appid}`), overlapMs)
      current.set(`${kind} ${appid}`, token)
      byValue.set(token.value, token)
      forgetOldest(byValue)
      return token
    },
    /** The app that a token speaks for, expired or not; for faults that name an app. */
    findAppid: (value: string): string | null => byValue.get(value)?.appid ?? null,
    verify(value: string): AccessToken {
      if (value === '') throw new UpstreamError(41001)
      if (!/^[\w-]+$/.test(value)) throw new UpstreamError(40014)
      const token = byValue.get(value)
      if (token === undefined) throw new UpstreamError(40001)
      if (token.until <= clock.now()) throw new UpstreamError(token.replaced ? 40001 : 42001)
      return token
    },
  }
}

/** Keeps the memory bounded; a token in use moves to the young end, a few at a time. */
function forgetOldest(byValue: Map<string, AccessToken>): void {
  let looked = 0
  for (const [value, token] of byValue) {
    if (byValue.size <= rememberedTokens || looked === 10) return
    looked += 1
    byValue.delete(value)
    if (!token.replaced) byValue.set(value, token)
  }
}
