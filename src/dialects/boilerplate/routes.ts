import type { FastifyRequest } from 'fastify'
import type { HttpApp } from '../../http/http.ts'
import { innerPrefix } from '../../http/mount-routing.ts'
import { mountedAppId } from '../../http/mounted-app.ts'
import { readSessionToken } from '../../http/session-token.ts'
import { registerSurface } from '../../http/surface.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import { toSignedText } from '../../hub/open-data/raw-data.ts'
import type { Session } from '../../hub/sessions/sessions.ts'
import { registerGatewayAlias } from './gateway-routes.ts'
import { lifetimeMs } from './lifetime.ts'
import { toErrorReply, toLoginReply, toUserReply } from './replies.ts'
import { loginBody, profileBody } from './schemas.ts'
import { registerWebLogin } from './web-login-routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token came with the request, once the guard let it through. */
    caller: Session | null
  }
}

type BoilerplateHub = Pick<
  Hub,
  'apps' | 'logins' | 'messages' | 'openData' | 'sessions' | 'users' | 'webOAuth'
>

/** The document shows two prefixes; each call answers under both. */
const prefixes = ['/wechat/api/v1', '/api/v1']

/** Contract boilerplate: login and profile of a mini program, web login of an official account. */
export function registerBoilerplate(http: HttpApp, hub: BoilerplateHub): void {
  http.decorateRequest('caller', null)
  registerSurface(http, { prefix: innerPrefix('boilerplate'), toErrorReply }, (scope) => {
    for (const prefix of prefixes) {
      registerMiniProgram(scope, prefix, hub)
      registerGatewayAlias(scope, prefix, hub)
    }
    registerWebLogin(scope, prefixes, hub)
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

  /** Before the parameters: who has no token is told that, whatever the body lacks. */
  async function requireToken(request: FastifyRequest): Promise<void> {
    request.caller = await hub.sessions.verify(readSessionToken(request), mountedAppId(request))
  }

  const update = { schema: { body: profileBody }, onRequest: requireToken }
  scope.put(`${prefix}/wechat-miniapp/user`, update, async ({ caller, body }) => {
    if (caller === null) throw new HubError('internal', 'a route without a guard')
    const { iv, encrypted_data: encryptedData } = body
    const signed = toSignedText(body.raw_data, body.signature)
    const userId = await hub.openData.takeProfile(caller, { iv, encryptedData, signed })
    return toUserReply(caller.identityId, await hub.users.getProfile(userId))
  })
}
