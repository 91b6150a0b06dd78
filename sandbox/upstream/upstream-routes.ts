import { createQuotaRoutes } from '../access-tokens/quota-routes.ts'
import { createStableTokenRoutes } from '../access-tokens/stable-token-routes.ts'
import { createTicketRoutes } from '../access-tokens/ticket-routes.ts'
import { createTokenRoutes } from '../access-tokens/token-routes.ts'
import { createUserInfoRoutes } from '../followers/user-info-routes.ts'
import { createLoginRoutes } from '../logins/login-routes.ts'
import { createSessionRoutes } from '../logins/session-routes.ts'
import { createConsentRoutes } from '../oauth/consent-routes.ts'
import { createOauthRoutes } from '../oauth/oauth-routes.ts'
import { createUserinfoRoutes } from '../oauth/userinfo-routes.ts'
import { createOpenDataRoutes } from '../open-data/open-data-routes.ts'
import { createPhoneRoutes } from '../open-data/phone-routes.ts'
import { createCallbackCheckRoutes } from '../pushes/callback-check-routes.ts'
import { createCustomRoutes } from '../sending/custom-routes.ts'
import { createSubscribeRoutes } from '../sending/subscribe-routes.ts'
import { createTemplateRoutes } from '../sending/template-routes.ts'
import type { World } from '../world.ts'
import { createWxacodeRoutes } from '../wxacodes/wxacode-routes.ts'
import { createAddressRoutes } from './address-routes.ts'
import { createUngrantedRoutes } from './ungranted-routes.ts'
import type { UpstreamRoute } from './upstream-route.ts'

/** Every call of WeChat that the sandbox knows: one line per family. */
export function createUpstreamRoutes(world: World): UpstreamRoute[] {
  return [
    ...createTokenRoutes(world),
    ...createStableTokenRoutes(world),
    ...createTicketRoutes(world),
    ...createQuotaRoutes(world),
    ...createLoginRoutes(world),
    ...createSessionRoutes(world),
    ...createPhoneRoutes(world),
    ...createOpenDataRoutes(world),
    ...createWxacodeRoutes(world),
    ...createConsentRoutes(world),
    ...createOauthRoutes(world),
    ...createUserinfoRoutes(world),
    ...createUserInfoRoutes(world),
    ...createCustomRoutes(world),
    ...createTemplateRoutes(world),
    ...createSubscribeRoutes(world),
    ...createCallbackCheckRoutes(world),
    ...createAddressRoutes(world),
    ...createUngrantedRoutes(world),
  ]
}
