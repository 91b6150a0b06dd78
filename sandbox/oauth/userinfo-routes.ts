import type { SandboxRequest } from '../http/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import type { UserToken } from './user-token-store.ts'

/** What a user's token gives: the profile, and whether the token is still good. */
export function createUserinfoRoutes(world: World): UpstreamRoute[] {
  const { users, apps, userTokens, quotas, rules } = world

  function verifyToken({ query }: SandboxRequest): UserToken {
    const token = userTokens.verify(query.get('access_token') ?? '')
    const openid = query.get('openid') ?? ''
    if (openid === '') throw new UpstreamError(41009)
    if (openid !== token.openid) throw new UpstreamError(40003)
    return token
  }

  return [
    {
      method: 'GET',
      path: '/sns/userinfo',
      answer(request) {
        const { appid, openid, scope, user } = verifyToken(request)
        if (scope === 'snsapi_base') throw new UpstreamError(48001)
        if (!quotas.take(appid, 'userinfo', rules.oauthMinuteLimit, 'minute')) throw new UpstreamError(45011)
        const unionid = users.unionidOf(user, apps.find(appid)?.openPlatform ?? null)
        return {
          openid,
          nickname: user.nickname,
          ...withheldSince2021,
          headimgurl: user.avatarUrl,
          privilege: [],
          ...(unionid !== null && { unionid }),
        }
      },
    },
    {
      method: 'GET',
      path: '/sns/auth',
      answer(request) {
        verifyToken(request)
        return { errcode: 0, errmsg: 'ok' }
      },
    },
  ]
}

/** Sex and place are blank for everybody since October 2021. */
const withheldSince2021 = { sex: 0, province: '', city: '', country: '' }
