import { registerGatewayRoute } from '../../http/gateway-route.ts'
import type { HttpApp } from '../../http/http.ts'
import { registerSurface } from '../../http/surface.ts'
import type { Hub } from '../../hub/hub.ts'
import { toErrorReply } from './errors.ts'

/** Where WeChat brings the messages of each app: /gateway/{appId}. */
export function registerGateway(http: HttpApp, { messages }: Pick<Hub, 'messages'>): void {
  registerSurface(http, { prefix: '/gateway', toErrorReply }, (scope) => {
    registerGatewayRoute(scope, {
      url: '/:appId',
      messages,
      targetOf: ({ params }) => ({ appId: (params as { appId: string }).appId }), // named in the url
    })
  })
}
