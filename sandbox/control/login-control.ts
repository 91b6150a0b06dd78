import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'
import type { ControlRoute } from './control-route.ts'
import { checkFieldNames, readText } from './fields.ts'
import { getApp, getUser } from './user-control.ts'

/** What the phone of the user does when an app logs in: wx.login, or the mobile SDK. */
export function createLoginControl(world: World): ControlRoute[] {
  const { users, loginCodes, sessionKeys, oauthCodes } = world
  return [
    {
      method: 'POST',
      path: '/_sandbox/users/:id/login',
      answer({ params, body }) {
        const user = getUser(world, params.id)
        checkFieldNames(body, ['appid'])
        const app = getApp(world, readText(body, 'appid'))
        switch (app.kind) {
          case 'mini_program': {
            const sessionKey = sessionKeys.renew(app.appid, users.openidOf(user, app))
            return { code: loginCodes.issue(app.appid, { user, sessionKey }) }
          }
          case 'open_app': {
            const consent = { user, scope: 'snsapi_userinfo', mobile: true, snapshot: false }
            return { code: oauthCodes.issue(app.appid, consent) }
          }
          case 'official_account':
            throw new ControlError(
              `${app.appid} is an official account: its users log in in the browser, use POST /_sandbox/users/${user.id}/authorize`,
            )
          default:
            throw app.kind satisfies never
        }
      },
    },
  ]
}
