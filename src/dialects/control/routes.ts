import type { FastifyRequest } from 'fastify'
import type { HttpApp } from '../../http/http.ts'
import { innerPrefix } from '../../http/mount-routing.ts'
import { readSessionToken } from '../../http/session-token.ts'
import { registerSurface } from '../../http/surface.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import { fromCodeBody, refuseUnreadableBody, toCodeNotMade } from './code-input.ts'
import { readDecodeInput } from './decode-input.ts'
import { createPathGuard, guardedApp } from './path-guard.ts'
import { toDataUrl, toErrorReply, toReply, toUserInfo } from './replies.ts'
import { appParams, codeBody, codeQuery, decodeQuery, tokenQuery, userInfoQuery } from './schemas.ts'

type ControlHub = Pick<
  Hub,
  'accessTokens' | 'apps' | 'openData' | 'enrollment' | 'logins' | 'qrCodes' | 'sessions' | 'users'
>

const lifetimeMs = 3 * 24 * 60 * 60 * 1000

/** Contract control: one hub for many apps, each named in the path. */
export function registerControl(http: HttpApp, hub: ControlHub): void {
  http.decorateRequest('app', null)
  registerSurface(http, { prefix: innerPrefix('control'), toErrorReply }, (scope) => {
    registerOAuth(scope, hub)
    registerMiniProgram(scope, hub)
  })
}

function registerOAuth(scope: HttpApp, hub: ControlHub): void {
  const guard = createPathGuard(hub, ['official_account', 'open_app'])
  const login = { schema: { params: appParams, querystring: codeQuery }, onRequest: guard.secret }
  const completeLogin = createLoginHandler(hub)
  // The document's spelling, and the one that everybody types.
  scope.get('/v1/:appId/:credential/ouath2', login, completeLogin)
  scope.get('/v1/:appId/:credential/oauth2', login, completeLogin)

  const userInfo = { schema: { params: appParams, querystring: userInfoQuery }, onRequest: guard.app }
  scope.get('/v1/:appId/:credential/userInfo', userInfo, async (request) => {
    const app = guardedApp(request)
    const session = await hub.sessions.verify(request.params.credential ?? '', app.appId)
    const identity = await hub.users.findIdentity(session.identityId)
    if (identity === null) throw new HubError('user_gone', 'the user was removed')
    const isFresh = request.query.refresh ?? false
    const { profile, unionId } = await hub.users.getOAuthProfile(app, identity, { isFresh })
    return toReply(toUserInfo(identity, profile, unionId))
  })
}

function registerMiniProgram(scope: HttpApp, hub: ControlHub): void {
  const guard = createPathGuard(hub, ['mini_program'])
  const login = { schema: { params: appParams, querystring: codeQuery }, onRequest: guard.secret }
  scope.get('/mini/v1/:appId/:credential/code2Session', login, createLoginHandler(hub))

  const bySession = { schema: { params: appParams, querystring: tokenQuery }, onRequest: guard.app }
  scope.get('/mini/v1/:appId/openId', bySession, async (request) => {
    const session = await hub.sessions.verify(
      readSessionToken(request, request.query.token),
      guardedApp(request).appId,
    )
    return toReply(session.openId)
  })
  scope.get('/mini/v1/:appId/unionId', bySession, async (request) => {
    const session = await hub.sessions.verify(
      readSessionToken(request, request.query.token),
      guardedApp(request).appId,
    )
    if (session.unionId === null) throw new HubError('union_id_unknown', 'WeChat gave no unionId')
    return toReply(session.unionId)
  })

  const decoding = { schema: { params: appParams, querystring: decodeQuery }, onRequest: guard.app }
  scope.get('/mini/v1/:appId/decode', decoding, async (request) => {
    const { token, data } = readDecodeInput(request)
    const session = await hub.sessions.verify(token, guardedApp(request).appId)
    return toReply(await hub.openData.decode(session, data))
  })

  const bySecret = { schema: { params: appParams }, onRequest: guard.secret }
  scope.get('/mini/v1/:appId/:credential/access_token', bySecret, async (request) => {
    const token = await hub.accessTokens.current(guardedApp(request))
    return toReply(token.value.reveal())
  })

  const making = { schema: { params: appParams, body: codeBody }, onRequest: guard.secret }
  const options = { ...making, errorHandler: refuseUnreadableBody(scope) }
  scope.post('/mini/v1/:appId/:credential/qrcode/unlimited', options, async (request) => {
    const image = hub.qrCodes.getImage(guardedApp(request), fromCodeBody(request.body, request.mount))
    return toReply(toDataUrl(await image.catch(toCodeNotMade)))
  })
}

function createLoginHandler({ logins }: Pick<Hub, 'logins'>) {
  return async (request: FastifyRequest & { query: { code: string } }) => {
    const app = guardedApp(request)
    const { code } = request.query
    const session = await logins.complete({ app, code, address: request.ip, contract: 'control', lifetimeMs })
    return toReply(session.token.reveal())
  }
}
