import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { ApiKeys } from '../hub/api-keys/api-keys.ts'
import { type Principal, requireScope } from '../hub/api-keys/principal.ts'
import type { Scope } from '../hub/api-keys/scopes.ts'
import { HubError } from '../hub/errors.ts'
import { createRateLimit } from '../hub/rate-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key came with the request, once a guard has looked. */
    principal: Principal | null
  }
}

export type ApiKeyGuard = ReturnType<typeof createApiKeyGuard>

type Deps = { apiKeys: Pick<ApiKeys, 'verify'>; now: () => number }

const minuteMs = 60_000
/** More than one process can answer of most calls: it stops a loop, and no back end at its busiest. */
const callsPerKeyAndMinute = 600_000
const failuresPerAddressAndMinute = 30
const failureDelayMs = 200

/** Lets a request through whose API key has a scope. Limits are counted per node. */
export function createApiKeyGuard({ apiKeys, now }: Deps) {
  const calls = createRateLimit({ max: callsPerKeyAndMinute, windowMs: minuteMs, now })
  const failures = createRateLimit({ max: failuresPerAddressAndMinute, windowMs: minuteMs, now })

  async function verify(request: FastifyRequest): Promise<Principal> {
    const key = readApiKey(request)
    if (key === null) throw new HubError('credential_missing', 'the call needs an API key')
    failures.check(request.ip)
    try {
      return await apiKeys.verify(key, request.ip)
    } catch (error) {
      // Guessing is slow: the delay costs us nothing, and the count stops an address that goes on.
      if (failures.count(request.ip)) await delay(failureDelayMs)
      throw error
    }
  }

  return {
    verify,

    /** An onRequest hook: a key with this scope, or 401 and 403. */
    withScope: (scope: Scope) => async (request: FastifyRequest) => {
      const principal = await verify(request)
      if (principal.id !== 'admin') calls.countOrRefuse(principal.id)
      requireScope(principal, scope)
      request.principal = principal
    },
  }
}

export function guardedPrincipal({ principal }: FastifyRequest): Principal {
  if (principal === null) throw new HubError('internal', 'a route without a guard')
  return principal
}

/** A key in `Authorization: Bearer whk_…`; session tokens never start like that. */
export function readApiKey({ headers }: FastifyRequest): string | null {
  return /^bearer +(whk_\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null
}

/** Whether a key was meant, though what was sent may be none. */
export function offersCredential({ headers }: FastifyRequest): boolean {
  return /^(?:bearer|wechat) /i.test(headers.authorization ?? '')
}
