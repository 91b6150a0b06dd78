import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpApp } from './http.ts'

/**
 * Whether a browser may bring or get a cookie here: the request names no origin, ours, or one of the
 * mount's `corsOrigins`. Another site's page must not act for its visitor.
 */
export function mayUseCookies(request: FastifyRequest): boolean {
  const { origin } = request.headers
  return origin === undefined || origin === request.server.ownOrigin() || isAllowedOrigin(request, origin)
}

/** Cross-origin calls from the pages that a mount's `corsOrigins` lists; preflights are answered for all. */
export function registerCors(scope: HttpApp): void {
  scope.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    if (origin === undefined) return done()
    reply.header('vary', 'Origin')
    if (isAllowedOrigin(request, origin)) allowOrigin(reply, origin)
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    if (isPreflight) reply.status(204).send()
    else done()
  })
}

function isAllowedOrigin({ mount }: FastifyRequest, origin: string): boolean {
  return mount?.options.corsOrigins?.includes(origin) ?? false
}

function allowOrigin(reply: FastifyReply, origin: string): void {
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST, PUT',
    'access-control-allow-headers': 'authorization, content-type, idempotency-key',
    'access-control-max-age': '600',
  })
}
