import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import type { World } from '../world.ts'
import { UpstreamError } from './upstream-error.ts'
import type { UpstreamRoute } from './upstream-route.ts'

const calls = [
  ['GET', '/cgi-bin/menu/get'],
  ['POST', '/tcb/databaseupdate'],
] as const

/** Calls that exist at WeChat but not here: the token is checked, and the account lacks the permission. */
export function createUngrantedRoutes(world: World): UpstreamRoute[] {
  return calls.map(([method, path]) => ({
    method,
    path,
    answer(request) {
      verifyAccessToken(world, request)
      throw new UpstreamError(48001)
    },
  }))
}
