import type { FastifyRequest } from 'fastify'
import type { ApiKeyGuard } from '../../http/api-key-guard.ts'
import { createCallerGuard } from '../../http/caller-guard.ts'
import { inEnvelope, toErrorReply } from '../../http/ginrpc-envelope.ts'
import type { HttpApp } from '../../http/http.ts'
import { imageUrl } from '../../http/images.ts'
import { unwrapJsonText } from '../../http/json-text.ts'
import { innerPrefix } from '../../http/mount-routing.ts'
import { mountedAppId } from '../../http/mounted-app.ts'
import { readIdempotencyKey, refundCallerOf } from '../../http/refund-caller.ts'
import { readSessionToken } from '../../http/session-token.ts'
import { registerSurface } from '../../http/surface.ts'
import { isForm } from '../../http/trusted-network.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import { fromCodeBody, fromRefundBody, fromUserInfo, toLoginReply, toRefundReply } from './replies.ts'
import { codeBody, loginBody, refundBody, userInfoBody } from './schemas.ts'

const lifetimeMs = 2 * 60 * 60 * 1000

/** Contract commcn: the back end of a shop's mini program. */
export function registerCommcn(
  http: HttpApp,
  hub: Pick<Hub, 'apps' | 'logins' | 'merchants' | 'qrCodes' | 'refunds' | 'sessions' | 'users'>,
  keys: ApiKeyGuard,
): void {
  registerSurface(http, { prefix: innerPrefix('commcn'), toErrorReply }, (scope) => {
    scope.post('/weixin.oauth', { schema: { body: loginBody } }, async (request) => {
      const app = await hub.apps.get(mountedAppId(request))
      const { jscode: code } = request.body
      const session = await hub.logins.complete({
        app,
        code,
        address: request.ip,
        contract: 'commcn',
        lifetimeMs,
      })
      return inEnvelope(request, toLoginReply(session))
    })

    scope.post(
      '/weixin.update_user_info',
      { schema: { body: userInfoBody }, preValidation: unwrapJsonText },
      async (request) => {
        const session = await hub.sessions.verify(readSessionToken(request), mountedAppId(request))
        await hub.users.improveProfile(session.identityId, fromUserInfo(request.body))
        return inEnvelope(request, true)
      },
    )

    const guard = createCallerGuard({ ...hub, keys })
    const { onRequest, preValidation } = guard.ofServers('refunds:write')
    const refund = {
      schema: { body: refundBody },
      onRequest,
      preValidation: [preValidation, requireFeeInDigits],
    }
    scope.post('/weixin.refund_pay', refund, async (request) => {
      const appId = mountedAppId(request)
      const merchant = await hub.merchants.forApp(appId, request.mount?.options.mchid)
      const place = { merchant, isAskedAbout: (one: string) => one === appId }
      const asking = { caller: refundCallerOf(request), idempotencyKey: readIdempotencyKey(request) }
      const refunded = await hub.refunds.request(place, fromRefundBody(request.body, asking))
      return inEnvelope(request, toRefundReply(refunded))
    })

    const code = { schema: { body: codeBody }, onRequest: guard.withScope('codes:write') }
    scope.post('/weixin.get_qrcode', code, async (request) => {
      const app = await hub.apps.get(mountedAppId(request))
      const wanted = fromCodeBody(request.body, request.mount)
      const { hash } = await hub.qrCodes.get(app, wanted, request.identityId)
      return inEnvelope(request, { url: imageUrl(http, hash) })
    })
  })
}

/** A form's fee that was left empty, or is a number by accident (0x10, 1e3), must not become another amount. */
async function requireFeeInDigits(request: FastifyRequest): Promise<void> {
  const fee = isForm(request) ? Reflect.get(Object(request.body), 'refundFee') : undefined
  if (typeof fee !== 'string' || /^\d+$/.test(fee)) return
  throw new HubError('bad_request', 'refundFee is a whole number of fen, in digits')
}
