import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import { readOrder, readTemplateId } from './read-order.ts'

/** POST /cgi-bin/message/template/send: a notice to a follower of a service account. */
export function createTemplateRoutes(world: World): UpstreamRoute[] {
  const { followers, sentMessages } = world
  return [
    {
      method: 'POST',
      path: '/cgi-bin/message/template/send',
      answer(request) {
        const { app, openid, message } = readOrder(world, request, ['official_account'])
        readTemplateId(app, message)
        const { data } = message
        if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new UpstreamError(47001)
        if (followers.find(app.appid, openid) === null) throw new UpstreamError(43004)
        const msgid = sentMessages.insert({ appid: app.appid, openid, kind: 'template', message })
        return { errcode: 0, errmsg: 'ok', msgid }
      },
    },
  ]
}
