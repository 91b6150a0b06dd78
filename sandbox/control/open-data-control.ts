import type { App } from '../apps/app-store.ts'
import { toPhoneNumber } from '../open-data/phone-number.ts'
import { toProfile } from '../open-data/profile.ts'
import { signRawData } from '../open-data/sign-raw-data.ts'
import type { User } from '../users/user-store.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'
import type { ControlRequest, ControlRoute } from './control-route.ts'
import { checkFieldNames, readText } from './fields.ts'
import { getApp, getUser } from './user-control.ts'

/** What a mini program is given when its user shares his profile or his phone number. */
export function createOpenDataControl(world: World): ControlRoute[] {
  const { users, sessionKeys, phoneCodes, openData } = world

  function findSession({ appid }: App, openid: string): string | null {
    return sessionKeys.find(appid, openid)?.sessionKey ?? null
  }

  function describeProfile(user: User, app: App) {
    const openId = users.openidOf(user, app)
    const unionId = users.unionidOf(user, app.openPlatform)
    const sessionKey = findSession(app, openId)
    if (sessionKey === null)
      throw new ControlError(`${user.id} has no session_key there; use POST /_sandbox/users/${user.id}/login`)
    const profile = toProfile(user)
    const rawData = JSON.stringify(profile)
    const data = { openId, ...profile, ...(unionId !== null && { unionId }) }
    return {
      rawData,
      signature: signRawData(rawData, sessionKey),
      ...openData.encrypt('profile', data, { appid: app.appid, sessionKey }),
    }
  }

  /** The code needs no session, the encrypted number does. */
  function sharePhone(user: User, app: App) {
    const { phone } = user
    if (phone === null) throw new ControlError(`${user.id} has no phone; see POST /_sandbox/users`)
    const code = phoneCodes.issue(app.appid, { user, phone })
    const sessionKey = findSession(app, users.openidOf(user, app))
    if (sessionKey === null) return { code }
    const encrypted = openData.encrypt('phone', toPhoneNumber(phone), { appid: app.appid, sessionKey })
    return { code, ...encrypted }
  }

  function read({ params, body }: ControlRequest): [User, App] {
    const user = getUser(world, params.id)
    checkFieldNames(body, ['appid'])
    const app = getApp(world, readText(body, 'appid'))
    if (app.kind !== 'mini_program') throw new ControlError(`appid ${app.appid} is not a mini program`)
    return [user, app]
  }

  return [
    {
      method: 'POST',
      path: '/_sandbox/users/:id/profile',
      answer: (request) => describeProfile(...read(request)),
    },
    {
      method: 'POST',
      path: '/_sandbox/users/:id/phone',
      answer: (request) => sharePhone(...read(request)),
    },
  ]
}
