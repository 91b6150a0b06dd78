import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import type { World } from '../world.ts'
import type { UpstreamRoute } from './upstream-route.ts'

/** WeChat's own addresses, from the range that is reserved for documentation. */
export function createAddressRoutes(world: World): UpstreamRoute[] {
  return ['/cgi-bin/get_api_domain_ip', '/cgi-bin/getcallbackip'].map((path) => ({
    method: 'GET',
    path,
    answer(request) {
      verifyAccessToken(world, request)
      return { ip_list: ['192.0.2.10', '192.0.2.11'] }
    },
  }))
}
