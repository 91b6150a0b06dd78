import type { FastifyRequest } from 'fastify'
import { registerGatewayRoute } from '../../http/gateway-route.ts'
import type { HttpApp } from '../../http/http.ts'
import { mountedAppId } from '../../http/mounted-app.ts'
import type { Hub } from '../../hub/hub.ts'

/** The gateway of the mount's official account, at the contract's own path. */
export function registerGatewayAlias(
  scope: HttpApp,
  prefix: string,
  { messages }: Pick<Hub, 'messages'>,
): void {
  registerGatewayRoute(scope, { url: `${prefix}/wechat-mp/gateway`, messages, targetOf })
}

function targetOf(request: FastifyRequest) {
  const { officialAppId, options } = request.mount ?? {}
  return { appId: officialAppId ?? mountedAppId(request), welcomeText: options?.welcomeText }
}
