import type { FastifyRequest } from 'fastify'
import type { ApiKeyGuard } from '../../http/api-key-guard.ts'
import { createCallerGuard } from '../../http/caller-guard.ts'
import { inEnvelope, isGinrpc, toErrorReply } from '../../http/ginrpc-envelope.ts'
import type { HttpApp } from '../../http/http.ts'
import { imageUrl } from '../../http/images.ts'
import { unwrapJsonText } from '../../http/json-text.ts'
import { innerPrefix } from '../../http/mount-routing.ts'
import { mountedAppId } from '../../http/mounted-app.ts'
import { setSessionCookie } from '../../http/session-cookie.ts'
import { findSessionToken, readSessionToken } from '../../http/session-token.ts'
import { registerSurface } from '../../http/surface.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import type { IssuedSession } from '../../hub/sessions/sessions.ts'
import { toLoginReply, toRenewalReply, toUserInfo } from './replies.ts'
import { fromCodeBody, fromUserInfo, parseSetting } from './requests.ts'
import { codeBody, emptyBody, loginBody, settingBody, userInfoBody } from './schemas.ts'

type SharesHub = Pick<Hub, 'apps' | 'logins' | 'qrCodes' | 'sessions' | 'users'>

const dayMs = 24 * 60 * 60 * 1000
const lifetimeMs = 2 * 60 * 60 * 1000
const defaultCapacity = 5
const defaultRenewableDays = 30

/** Contract shares: a stock watcher, as a mini program or as pages in an official account. */
export function registerShares(http: HttpApp, hub: SharesHub, keys: ApiKeyGuard): void {
  registerSurface(http, { prefix: innerPrefix('shares'), toErrorReply }, (scope) => {
    registerLogin(scope, hub)
    registerUserInfo(scope, hub)
    registerCodes(scope, hub, keys)
  })
}

function registerLogin(scope: HttpApp, hub: SharesHub): void {
  scope.post('/weixin.oauth', { schema: { body: loginBody } }, async (request, reply) => {
    const { jscode: code, isUpdateUser = false } = request.body
    const session = code ? await logIn(hub, request, code, isUpdateUser) : await renew(hub, request, 0)
    if (session === null) throw new HubError('bad_request', 'jscode is missing')
    setSessionCookie(request, reply, { token: session.token.reveal(), lifetimeMs })
    return inEnvelope(request, toLoginReply(session))
  })

  scope.post('/weixin.re_login', { schema: { body: emptyBody } }, async (request, reply) => {
    const days = request.mount?.options.renewableDays ?? defaultRenewableDays
    const session = await renew(hub, request, days * dayMs)
    if (session !== null) setSessionCookie(request, reply, { token: session.token.reveal(), lifetimeMs })
    return inEnvelope(request, toRenewalReply(session))
  })
}

async function logIn(hub: SharesHub, request: FastifyRequest, code: string, withProfile: boolean) {
  const app = await hub.apps.get(mountedAppId(request))
  const capacity = request.mount?.options.capacity ?? defaultCapacity
  return hub.logins.complete({
    app,
    code,
    address: request.ip,
    contract: 'shares',
    lifetimeMs,
    firstSettings: { rg: true, only20: false, capacity, group: '' },
    withProfile,
  })
}

async function renew(
  { sessions }: SharesHub,
  request: FastifyRequest,
  graceMs: number,
): Promise<IssuedSession | null> {
  const token = findSessionToken(request)
  if (token === null) return null
  return sessions.renew(token, { appId: mountedAppId(request), contract: 'shares', graceMs })
}

function registerUserInfo(scope: HttpApp, hub: SharesHub): void {
  const update = { schema: { body: userInfoBody }, preValidation: unwrapJsonText }
  scope.post('/weixin.update_user_info', update, async (request) => {
    const token = readSessionToken(request, request.body.sessionID)
    const { identityId } = await hub.sessions.verify(token, mountedAppId(request))
    await hub.users.improveProfile(identityId, fromUserInfo(request.body))
    return inEnvelope(request, {})
  })

  scope.post('/weixin.upset_user_info', { schema: { body: settingBody } }, async (request) => {
    const { identityId } = await hub.sessions.verify(readSessionToken(request), mountedAppId(request))
    const { key = '', value = '' } = request.body
    const change = parseSetting(key, value)
    if (change !== null) await hub.users.change(identityId, change)
    else if (!isGinrpc(request)) throw new HubError('bad_request', 'key is none of phone, rg, only20, group')
    return inEnvelope(request, {})
  })

  scope.post('/weixin.get_user_info', { schema: { body: emptyBody } }, async (request) => {
    const session = await hub.sessions.verify(readSessionToken(request), mountedAppId(request))
    const person = await hub.users.getPerson(session.userId)
    return inEnvelope(request, toUserInfo(session.openId, person))
  })
}

function registerCodes(scope: HttpApp, hub: SharesHub, keys: ApiKeyGuard): void {
  const code = {
    schema: { body: codeBody },
    onRequest: createCallerGuard({ ...hub, keys }).withScope('codes:write'),
  }
  scope.post('/weixin.get_qrcode', code, async (request) => {
    const app = await hub.apps.get(mountedAppId(request))
    const wanted = fromCodeBody(request.body, request.mount)
    const { hash } = await hub.qrCodes.get(app, wanted, request.identityId)
    return inEnvelope(request, { url: imageUrl(scope, hash) })
  })
}
