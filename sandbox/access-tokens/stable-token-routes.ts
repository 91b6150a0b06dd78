import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import type { AccessToken } from './access-token-store.ts'
import { checkCredentials } from './check-credentials.ts'
import { toTokenReply } from './token-routes.ts'

/** POST /cgi-bin/stable_token: the same token for every caller until it is nearly over. */
export function createStableTokenRoutes(world: World): UpstreamRoute[] {
  const { tokens, rules, quotas, clock } = world
  const forcedAt = new Map<string, number>()

  function issueNormal(appid: string): AccessToken {
    const token = tokens.findCurrent(appid, 'stable')
    if (token !== null && token.until - clock.now() > rules.stableRenewMs) return token
    return tokens.issue(appid, 'stable', rules.tokenOverlapMs)
  }

  function issueForced(appid: string): AccessToken {
    const now = clock.now()
    const tooEarly = now - (forcedAt.get(appid) ?? Number.NEGATIVE_INFINITY) < rules.forcedSpacingMs
    if (tooEarly) return issueNormal(appid)
    if (!quotas.take(appid, 'forced', rules.forcedDailyLimit, 'day')) throw new UpstreamError(45009)
    forcedAt.set(appid, now)
    return tokens.issue(appid, 'stable', rules.forcedOverlapMs)
  }

  function countCall(appid: string): void {
    if (!quotas.take(appid, 'stable', rules.stableTokenDailyLimit, 'day')) throw new UpstreamError(45009)
    if (!quotas.take(appid, 'stable', rules.stableTokenMinuteLimit, 'minute')) throw new UpstreamError(45011)
  }

  return [
    {
      method: 'POST',
      path: '/cgi-bin/stable_token',
      answer({ body, address }) {
        const fields = parseJsonBody(body)
        const given = {
          appid: toText(fields.appid),
          secret: toText(fields.secret),
          grantType: toText(fields.grant_type),
        }
        const { appid } = checkCredentials(world, given, address)
        countCall(appid)
        const token = fields.force_refresh === true ? issueForced(appid) : issueNormal(appid)
        return toTokenReply(token, clock.now())
      },
    },
  ]
}
