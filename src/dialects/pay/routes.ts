import type { HttpApp } from '../../http/http.ts'
import { takeRawBody } from '../../http/raw-body.ts'
import { registerSurface } from '../../http/surface.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import { toErrorReply } from './errors.ts'

/** Where WeChat Pay brings its notifications: see `notifyUrlOf`. */
export function registerPay(http: HttpApp, { payNotifications }: Pick<Hub, 'payNotifications'>): void {
  registerSurface(http, { prefix: '/pay', toErrorReply }, (scope) => {
    scope.post<{ Params: { mchid: string } }>(
      '/:mchid/notify',
      { onRequest: takeRawBody },
      async ({ params, headers, body }, reply) => {
        if (!Buffer.isBuffer(body)) throw new HubError('bad_request', 'the notification has no body')
        await payNotifications.receive({ mchid: params.mchid, headers, body })
        return reply.status(204).send()
      },
    )
  })
}
