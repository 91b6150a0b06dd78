import { checkAppid } from '../access-tokens/check-credentials.ts'
import type { App } from '../apps/app-store.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import type { UserToken } from './user-token-store.ts'

/** Exchange of an authorization code, and renewal of a user's token. */
export function createOauthRoutes(world: World): UpstreamRoute[] {
  const { users, oauthCodes, userTokens, quotas, rules, clock } = world

  function countCall({ appid }: App, call: string): void {
    if (!quotas.take(appid, call, rules.oauthMinuteLimit, 'minute')) throw new UpstreamError(45011)
  }

  /** A made-up code was seen refused before the secret was looked at; a rule turns the order round. */
  function checkCodeAndSecret(app: App, code: string, secret: string): void {
    if (rules.oauthCodeBeforeSecret) oauthCodes.get(code, app.appid)
    if (secret !== app.secret) throw new UpstreamError(40125)
  }

  function toReply({ accessToken, expiresAt, refreshToken, openid, scope }: UserToken) {
    return {
      access_token: accessToken,
      expires_in: Math.ceil((expiresAt - clock.now()) / 1000),
      refresh_token: refreshToken,
      openid,
      scope,
    }
  }

  function toExchangeReply(token: UserToken, app: App) {
    const unionid = token.scope === 'snsapi_base' ? null : users.unionidOf(token.user, app.openPlatform)
    return {
      ...toReply(token),
      ...(token.snapshot && { is_snapshotuser: 1 }),
      ...(unionid !== null && { unionid }),
    }
  }

  return [
    {
      method: 'GET',
      path: '/sns/oauth2/access_token',
      answer({ query }) {
        const app = checkAppid(world, query.get('appid') ?? '')
        const [secret, code] = [query.get('secret') ?? '', query.get('code') ?? '']
        if (secret === '') throw new UpstreamError(41004)
        if (code === '') throw new UpstreamError(41008)
        if (query.get('grant_type') !== 'authorization_code') throw new UpstreamError(40002)
        checkCodeAndSecret(app, code, secret)
        countCall(app, 'oauth')
        const consent = oauthCodes.redeem(code, app.appid)
        const token = userTokens.issue(consent, app.appid, users.openidOf(consent.user, app))
        return toExchangeReply(token, app)
      },
    },
    {
      method: 'GET',
      path: '/sns/oauth2/refresh_token',
      answer({ query }) {
        const app = checkAppid(world, query.get('appid') ?? '')
        const refreshToken = query.get('refresh_token') ?? ''
        if (query.get('grant_type') !== 'refresh_token') throw new UpstreamError(40002)
        if (refreshToken === '') throw new UpstreamError(41003)
        countCall(app, 'refresh')
        return toReply(userTokens.refresh(refreshToken, app.appid))
      },
    },
  ]
}
