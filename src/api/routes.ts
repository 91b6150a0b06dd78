import type { ApiKeyGuard } from '../http/api-key-guard.ts'
import type { HttpApp } from '../http/http.ts'
import { registerSurface } from '../http/surface.ts'
import type { Hub } from '../hub/hub.ts'
import { type Access, createAccess } from './access.ts'
import { registerAccessTokens } from './access-tokens/routes.ts'
import { registerApps } from './apps/routes.ts'
import { registerAudit } from './audit/routes.ts'
import { registerJsSignatures } from './js-signatures/routes.ts'
import { registerKeys } from './keys/routes.ts'
import { registerLogins } from './logins/routes.ts'
import { registerMembers } from './members/routes.ts'
import { registerMerchants } from './merchants/routes.ts'
import { registerMessages } from './messages/routes.ts'
import { registerMounts } from './mounts/routes.ts'
import { registerPayments } from './payments/routes.ts'
import { registerPeople } from './people/routes.ts'
import { toErrorReply } from './problems.ts'
import { registerReference } from './reference/routes.ts'
import { registerRefunds } from './refunds/routes.ts'
import { registerScenes } from './scenes/routes.ts'
import { registerSessions } from './sessions/routes.ts'
import { registerTenants } from './tenants/routes.ts'
import { registerUsers } from './users/routes.ts'
import { registerWebhooks } from './webhooks/routes.ts'

export type ApiHub = Pick<
  Hub,
  | 'accessTokens'
  | 'apiKeys'
  | 'apps'
  | 'audit'
  | 'cursors'
  | 'jsSignatures'
  | 'logins'
  | 'merchants'
  | 'members'
  | 'messages'
  | 'mounts'
  | 'openData'
  | 'people'
  | 'payments'
  | 'phones'
  | 'refunds'
  | 'scenes'
  | 'sessions'
  | 'tenants'
  | 'users'
  | 'webhooks'
  | 'deliveries'
>

export type ApiParts = { hub: ApiHub; access: Access; now: () => number }

/** Our own API, and its description. */
export function registerApi(
  http: HttpApp,
  hub: ApiHub,
  { keys, now }: { keys: ApiKeyGuard; now: () => number },
): void {
  const parts: ApiParts = { hub, access: createAccess(keys, hub.sessions), now }
  http.decorateRequest('session', null)
  registerReference(http)
  registerSurface(http, { prefix: '/api/v1', toErrorReply }, (scope) => {
    refuseForms(scope)
    registerApps(scope, parts)
    registerMerchants(scope, parts)
    registerAccessTokens(scope, parts)
    registerJsSignatures(scope, parts)
    registerMounts(scope, parts)
    registerTenants(scope, parts)
    registerKeys(scope, parts)
    registerLogins(scope, parts)
    registerSessions(scope, parts)
    registerUsers(scope, parts)
    registerScenes(scope, parts)
    registerWebhooks(scope, parts)
    registerMembers(scope, parts)
    registerMessages(scope, parts)
    registerPayments(scope, parts)
    registerRefunds(scope, parts)
    registerAudit(scope, parts)
    registerPeople(scope, parts)
  })
}

/** Any site's page can send a form in its visitor's name. */
function refuseForms(scope: HttpApp): void {
  scope.removeContentTypeParser('application/x-www-form-urlencoded')
}
