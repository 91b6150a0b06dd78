import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import { checkCustomContent } from './custom-content.ts'
import { readOrder } from './read-order.ts'

/** POST /cgi-bin/message/custom/send: an answer to what a user did within the last 48 hours. */
export function createCustomRoutes(world: World): UpstreamRoute[] {
  const { quotas, rules, customerWindows, sentMessages } = world
  return [
    {
      method: 'POST',
      path: '/cgi-bin/message/custom/send',
      answer(request) {
        const { app, openid, message } = readOrder(world, request, ['official_account', 'mini_program'])
        const { appid } = app
        checkCustomContent(app.kind, message)
        const mayCall = quotas.take(appid, 'custom_send', rules.customerMessageDailyLimit, 'day')
        if (!mayCall) throw new UpstreamError(45009)
        customerWindows.take(appid, openid)
        sentMessages.insert({ appid, openid, kind: 'custom', message })
        return { errcode: 0, errmsg: 'ok' }
      },
    },
  ]
}
