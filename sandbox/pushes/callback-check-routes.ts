import { isIP } from 'node:net'
import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'

const actions = ['dns', 'ping', 'all']
const operators = ['CHINANET', 'UNICOM', 'CAP', 'DEFAULT']
// From the range that is reserved for documentation: nothing is really looked up or pinged.
const namedHost = '192.0.2.20'

/** POST /cgi-bin/callback/check: how the server behind the app's URL looks from WeChat's networks. */
export function createCallbackCheckRoutes(world: World): UpstreamRoute[] {
  return [
    {
      method: 'POST',
      path: '/cgi-bin/callback/check',
      answer(request) {
        const { gatewayUrl } = verifyAccessToken(world, request)
        const fields = parseJsonBody(request.body)
        const action = toText(fields.action)
        const operator = toText(fields.check_operator)
        if (!actions.includes(action)) throw new UpstreamError(40202)
        if (!operators.includes(operator)) throw new UpstreamError(40203)
        if (!gatewayUrl) throw new UpstreamError(40201)
        const ip = toAddress(gatewayUrl)
        const dns = [{ ip, real_operator: operator === 'DEFAULT' ? 'UNICOM' : operator }]
        const ping = [{ ip, from_operator: operator, package_loss: '0%', time: '1.000ms' }]
        return { ...(action !== 'ping' && { dns }), ...(action !== 'dns' && { ping }) }
      },
    },
  ]
}

function toAddress(url: string): string {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? namedHost : host
}
