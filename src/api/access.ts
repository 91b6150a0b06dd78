import type { FastifyRequest } from 'fastify'
import type { ApiKeyGuard } from '../http/api-key-guard.ts'
import { readSessionToken } from '../http/session-token.ts'
import type { Scope } from '../hub/api-keys/scopes.ts'
import { type ErrorCode, HubError } from '../hub/errors.ts'
import type { Session, Sessions } from '../hub/sessions/sessions.ts'

/** Who may call a route: holders of a key with this scope, of a session, or everybody. */
export type AccessRule = { who: Scope | 'session' | 'public'; errors: readonly ErrorCode[] }

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: AccessRule
  }
  interface FastifyRequest {
    /** The session that came with the request, once a guard has looked. */
    session: { token: string; found: Session } | null
  }
}

export type Access = ReturnType<typeof createAccess>

/** Parts of a route's options: its guard, and for the document who may call it and which errors are its own. */
export function createAccess(guard: ApiKeyGuard, sessions: Pick<Sessions, 'findLive'>) {
  async function requireSession(request: FastifyRequest): Promise<void> {
    const token = readSessionToken(request)
    const found = await sessions.findLive(token)
    if (found === null) throw new HubError('session_invalid', 'there is no such session')
    request.session = { token, found }
  }

  return {
    key: (scope: Scope, ...errors: ErrorCode[]) => ({
      config: { access: { who: scope, errors } },
      onRequest: guard.withScope(scope),
    }),

    session: (...errors: ErrorCode[]) => ({
      config: { access: { who: 'session', errors } satisfies AccessRule },
      onRequest: requireSession,
    }),

    everybody: (...errors: ErrorCode[]) => ({
      config: { access: { who: 'public', errors } satisfies AccessRule },
    }),
  }
}

export function guardedSession({ session }: FastifyRequest) {
  if (session === null) throw new HubError('internal', 'a route without a guard')
  return session
}
