import { checkAppid } from '../access-tokens/check-credentials.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'

/** GET /sns/jscode2session: a code of wx.login for openid and session_key. */
export function createLoginRoutes(world: World): UpstreamRoute[] {
  const { loginCodes, users, quotas, rules } = world
  return [
    {
      method: 'GET',
      path: '/sns/jscode2session',
      answer({ query }) {
        const app = checkAppid(world, query.get('appid') ?? '')
        const secret = query.get('secret') ?? ''
        const code = query.get('js_code') ?? ''
        if (secret === '') throw new UpstreamError(41004)
        if (code === '') throw new UpstreamError(41008)
        if (query.get('grant_type') !== 'authorization_code') throw new UpstreamError(40002)
        if (secret !== app.secret) throw new UpstreamError(40125)
        const { user, sessionKey } = loginCodes.get(code, app.appid)
        if (user.blocked) throw new UpstreamError(40226)
        const openid = users.openidOf(user, app)
        const withinQuota = quotas.take(app.appid, `login ${openid}`, rules.loginMinuteLimit, 'minute')
        if (!withinQuota) throw new UpstreamError(45011)
        loginCodes.redeem(code, app.appid)
        const unionid = users.unionidOf(user, app.openPlatform)
        return { session_key: sessionKey, openid, ...(unionid !== null && { unionid }) }
      },
    },
  ]
}
