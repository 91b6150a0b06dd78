import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import type { App } from '../apps/app-store.ts'
import type { SandboxRequest } from '../http/request.ts'
import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'

const longestList = 100

/** What an official account sees of a user: since December 2021 neither name nor picture. */
export function createUserInfoRoutes(world: World): UpstreamRoute[] {
  const { users, followers, quotas, rules } = world

  function verifyAccount(request: SandboxRequest): App {
    const app = verifyAccessToken(world, request)
    if (app.kind !== 'official_account') throw new UpstreamError(48001)
    if (!quotas.take(app.appid, 'user_info', rules.userInfoDailyLimit, 'day')) throw new UpstreamError(45009)
    return app
  }

  function describe(app: App, openid: string) {
    if (openid === '') throw new UpstreamError(41009)
    const user = users.findByOpenid(openid, app)
    if (user === null) throw new UpstreamError(40003)
    const follower = followers.find(app.appid, openid)
    if (follower === null) return { subscribe: 0, openid }
    const unionid = users.unionidOf(user, app.openPlatform)
    return {
      subscribe: 1,
      openid,
      language: user.language,
      subscribe_time: follower.since,
      ...(unionid !== null && { unionid }),
      remark: '',
      groupid: 0,
      tagid_list: [],
      subscribe_scene: follower.scene,
      qr_scene: follower.qrScene,
      qr_scene_str: follower.qrSceneStr,
    }
  }

  return [
    {
      method: 'GET',
      path: '/cgi-bin/user/info',
      answer(request) {
        const app = verifyAccount(request)
        return describe(app, request.query.get('openid') ?? '')
      },
    },
    {
      method: 'POST',
      path: '/cgi-bin/user/info/batchget',
      answer(request) {
        const app = verifyAccount(request)
        const { user_list: list } = parseJsonBody(request.body)
        if (!Array.isArray(list)) throw new UpstreamError(40031)
        if (list.length === 0 || list.length > longestList) throw new UpstreamError(40032)
        return { user_info_list: list.map((each: unknown) => describe(app, readOpenid(each))) }
      },
    },
  ]
}

function readOpenid(value: unknown): string {
  return typeof value === 'object' && value !== null && 'openid' in value ? toText(value.openid) : ''
}
