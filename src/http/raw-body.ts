import type { FastifyRequest } from 'fastify'
import type { HttpApp } from './http.ts'

const rawType = 'application/vnd.wehub.raw'

/** Bodies of routes with `takeRawBody` arrive as the bytes that were sent. */
export function parseRawBodies(http: HttpApp): void {
  http.addContentTypeParser(rawType, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** An onRequest hook, for callers whose content types are not to be believed. */
export async function takeRawBody(request: FastifyRequest): Promise<void> {
  request.raw.headers['content-type'] = rawType
}
