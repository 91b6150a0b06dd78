import type { HttpApp } from '../../http/http.ts'
import { innerPrefix } from '../../http/mount-routing.ts'
import { mountedAppId } from '../../http/mounted-app.ts'
import { readSessionToken } from '../../http/session-token.ts'
import { registerSurface } from '../../http/surface.ts'
import type { Hub } from '../../hub/hub.ts'
import { toErrorReply, toLoginReply, toUserReply } from './replies.ts'
import { loginBody, profileBody } from './schemas.ts'

type BoilerplateHub = Pick<Hub, 'apps' | 'logins' | 'openData' | 'sessions' | 'users'>

const lifetimeMs = 99_999 * 1000

/** The document shows two prefixes; each call answers under both. */
const prefixes = ['/wechat/api/v1', '/api/v1']

/** Contract boilerplate: login and profile of a mini program. Its calls for official accounts are not served yet. */
export function registerBoilerplate(http: HttpApp, hub: BoilerplateHub): void {
  registerSurface(http, { prefix: innerPrefix('boilerplate'), toErrorReply }, (scope) => {
    for (const prefix of prefixes) registerMiniProgram(scope, prefix, hub)
  })
}

function registerMiniProgram(scope: HttpApp, prefix: string, hub: BoilerplateHub): void {
  scope.post(`${prefix}/wechat-miniapp/user`, { schema: { body: loginBody } }, async (request) => {
    const app = await hub.apps.get(mountedAppId(request))
    const { code } = request.body
    const session = await hub.logins.complete({
      app,
      code,
      address: request.ip,
      contract: 'boilerplate',
      lifetimeMs,
    })
    return toLoginReply(session)
  })

  scope.put(`${prefix}/wechat-miniapp/user`, { schema: { body: profileBody } }, async (request) => {
    const session = await hub.sessions.verify(readSessionToken(request), mountedAppId(request))
    const { iv, encrypted_data: encryptedData } = request.body
    await hub.openData.takeProfile(session, { iv, encryptedData })
    return toUserReply(session.identityId, await hub.users.getProfile(session.userId))
  })
}
