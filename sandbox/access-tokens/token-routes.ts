import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import { checkCredentials } from './check-credentials.ts'

/** GET /cgi-bin/token: each call issues a new token. */
export function createTokenRoutes(world: World): UpstreamRoute[] {
  const { tokens, rules, quotas, clock } = world
  return [
    {
      method: 'GET',
      path: '/cgi-bin/token',
      answer({ query, address }) {
        const given = {
          appid: query.get('appid') ?? '',
          secret: query.get('secret') ?? '',
          grantType: query.get('grant_type') ?? '',
        }
        const { appid } = checkCredentials(world, given, address)
        if (!quotas.take(appid, 'token', rules.tokenDailyLimit, 'day')) throw new UpstreamError(45009)
        const token = tokens.issue(appid, 'plain', rules.tokenOverlapMs)
        return toTokenReply(token, clock.now())
      },
    },
  ]
}

export function toTokenReply({ value, until }: { value: string; until: number }, now: number) {
  return { access_token: value, expires_in: Math.ceil((until - now) / 1000) }
}
