import type { FastifyRequest } from 'fastify'
import { canSeeApp } from '../hub/api-keys/principal.ts'
import type { Scope } from '../hub/api-keys/scopes.ts'
import { HubError } from '../hub/errors.ts'
import { type ApiKeyGuard, guardedPrincipal, offersCredential, readApiKey } from './api-key-guard.ts'
import { mountedAppId } from './mounted-app.ts'
import { findSessionToken, readSessionToken } from './session-token.ts'
import { isForm, isTrustedCaller } from './trusted-network.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose session came with the request, once this guard let it through; null for servers. */
    identityId: number | null
  }
}

type Deps = {
  /** The same for all surfaces: its limits count what an address and a key do on the whole hub. */
  keys: ApiKeyGuard
  apps: { get(appId: string): Promise<{ appId: string; tenantId: number }> }
  sessions: { verify(token: string, appId: string): Promise<{ identityId: number }> }
}

/** For calls that users make, and servers. A credential that is bad is not made good by the next. */
export function createCallerGuard({ keys, apps, sessions }: Deps) {
  /** Made once for each route, not for each request. */
  function createKeyCheck(scope: Scope) {
    const checkKey = keys.withScope(scope)
    return async (request: FastifyRequest): Promise<void> => {
      await checkKey(request)
      const app = await apps.get(mountedAppId(request))
      if (!canSeeApp(guardedPrincipal(request), app)) {
        throw new HubError('forbidden', 'the key is not for the app of this mount')
      }
    }
  }

  return {
    /**
     * Hooks for calls that servers make and no user: a key with this scope for the mount's app, or a trusted network,
     * which sends no forms. The principal is null for the latter.
     */
    ofServers(scope: Scope) {
      const checkKey = createKeyCheck(scope)
      return {
        async onRequest(request: FastifyRequest): Promise<void> {
          if (offersCredential(request) || !isTrustedCaller(request)) return checkKey(request)
        },
        async preValidation(request: FastifyRequest): Promise<void> {
          if (request.principal === null && isForm(request)) {
            throw new HubError('credential_missing', 'a form needs an API key')
          }
        },
      }
    },

    /** An onRequest hook: a key with this scope for the mount's app, a session of it, or a trusted network. */
    withScope(scope: Scope) {
      const checkKey = createKeyCheck(scope)
      return async (request: FastifyRequest): Promise<void> => {
        if (readApiKey(request) !== null) return checkKey(request)
        if (findSessionToken(request) === null && !offersCredential(request) && isTrustedCaller(request))
          return
        const session = await sessions.verify(readSessionToken(request), mountedAppId(request))
        request.identityId = session.identityId
      }
    },

    /** An onRequest hook for calls of servers alone: a key with this scope for the mount's app, or a trusted network. */
    forServers(scope: Scope) {
      const checkKey = createKeyCheck(scope)
      return async (request: FastifyRequest): Promise<void> => {
        if (offersCredential(request) || !isTrustedCaller(request)) await checkKey(request)
      }
    },
  }
}
