import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { HubError } from '../hub/errors.ts'
import type { HttpApp } from './http.ts'
import { registerCors } from './origins.ts'

export type ErrorReply = { status: number; body: object | string; type?: string }

/** How a surface tells its callers of an error. */
export type ToErrorReply = (error: HubError, request: FastifyRequest) => ErrorReply

/**
 * Registers the routes of one surface under a prefix. All that goes wrong below it is told in its own form:
 * what a route throws, bad input, unknown paths (404), known paths with another method (405).
 */
export function registerSurface(
  http: HttpApp,
  { prefix, toErrorReply }: { prefix: string; toErrorReply: ToErrorReply },
  registerRoutes: (scope: HttpApp) => void,
): void {
  const send = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const hubError = http.toHubError(error)
    request.failure = hubError
    const { status, body, type = 'application/json; charset=utf-8' } = toErrorReply(hubError, request)
    return reply.status(status).type(type).send(body)
  }
  http.surfaces.set(prefix, send)
  http.register(
    async (scope) => {
      const methods = new Map<string, Set<string>>()
      scope.addHook('onRoute', ({ url, method }) => {
        const known = methods.get(url) ?? new Set()
        for (const one of [method].flat()) known.add(one)
        methods.set(url, known)
      })
      registerCors(scope)
      scope.addHook('onRequest', forbidStoring)
      scope.setErrorHandler(send)
      scope.setNotFoundHandler((request, reply) =>
        send(new HubError('route_unknown', 'nothing lies at this path'), request, reply),
      )
      registerRoutes(scope)
      for (const [url, known] of [...methods]) {
        refuseOtherMethods(scope, url.slice(prefix.length), new Set(known))
      }
    },
    { prefix },
  )
}

/** Replies carry tokens, signatures and people's data: no proxy and no browser may keep one. */
function forbidStoring(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('cache-control', 'no-store')
  done()
}

const allMethods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** Those of a route that is registered by `get`. */
export const readingMethods: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Refused before the body is read. */
export function refuseOtherMethods(scope: HttpApp, url: string, known: ReadonlySet<string>): void {
  const others = allMethods.filter((method) => !known.has(method))
  if (others.length === 0) return
  scope.route({
    method: others,
    url,
    onRequest: async (_request, reply) => {
      reply.header('allow', [...known].join(', '))
      throw new HubError('method_not_allowed', 'the path takes another method')
    },
    handler: async () => undefined,
  })
}
