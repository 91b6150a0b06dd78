import type { World } from '../world.ts'
import type { ControlRoute } from './control-route.ts'
import { checkFieldNames, readBoolean, readNumber, readText, required } from './fields.ts'
import { getApp, getUser } from './user-control.ts'

const messagePath = '/_sandbox/messages'

/** What apps sent to users, and what users allow them to send. */
export function createSendingControl(world: World): ControlRoute[] {
  const { users, subscriptions, sentMessages } = world
  return [
    {
      method: 'GET',
      path: messagePath,
      answer: ({ query }) =>
        sentMessages.list({ openid: query.get('openid') || null, appid: query.get('appid') || null }),
    },
    {
      method: 'DELETE',
      path: messagePath,
      answer() {
        sentMessages.clear()
        return { ok: true }
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/users/:id/subscriptions',
      answer({ params, body }) {
        const user = getUser(world, params.id)
        checkFieldNames(body, ['appid', 'templateId', 'times', 'deny'])
        const app = getApp(world, readText(body, 'appid'))
        const templateId = required(readText(body, 'templateId', /^[\w-]{1,64}$/), 'templateId')
        const times = readNumber(body, 'times', { min: 1, max: 1_000_000 }) ?? 1
        const openid = users.openidOf(user, app)
        if (readBoolean(body, 'deny') !== true) {
          return { left: subscriptions.grant(app.appid, openid, { templateId, times }) }
        }
        subscriptions.refuse(app.appid, openid, templateId)
        return { left: 0 }
      },
    },
  ]
}
