import { createStableTokenRoutes } from '../access-tokens/stable-token-routes.ts'
import { createTokenRoutes } from '../access-tokens/token-routes.ts'
import { createLoginRoutes } from '../logins/login-routes.ts'
import type { World } from '../world.ts'
import type { UpstreamRoute } from './upstream-route.ts'

/** Every call of WeChat that the sandbox knows: one line per family. */
export function createUpstreamRoutes(world: World): UpstreamRoute[] {
  return [...createTokenRoutes(world), ...createStableTokenRoutes(world), ...createLoginRoutes(world)]
}
