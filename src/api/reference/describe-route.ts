import type { FastifySchema } from 'fastify'
import type { ErrorCode } from '../../hub/errors.ts'
import type { AccessRule } from '../access.ts'
import { apiErrors } from '../errors.ts'

export type ApiRoute = { method: string; url: string; schema: FastifySchema; access: AccessRule }

/** What the document says of a route beyond its schema: who may call it, and which errors it can answer. */
export function describeRoute(route: ApiRoute): FastifySchema {
  const { schema, access } = route
  const { response, ...others } = schema
  return {
    ...others,
    ...describeAccess(access),
    operationId: nameOperation(route),
    response: { ...(response as object), ...describeErrors(listErrors(route)) },
  } as FastifySchema
}

function describeAccess({ who }: AccessRule) {
  if (who === 'public') return { description: 'Open to everybody, limited per address.', security: [] }
  if (who === 'session') return { description: 'Needs a session.', security: [{ session: [] }] }
  return { description: `Needs an API key with the scope \`${who}\`.`, security: [{ apiKey: [who] }] }
}

function listErrors({ schema, access }: ApiRoute): ErrorCode[] {
  const takesInput = schema.body ?? schema.querystring ?? schema.params
  const codes: ErrorCode[] = takesInput === undefined ? [] : ['bad_request']
  if (schema.body !== undefined) codes.push('body_too_large')
  if (access.who === 'session') codes.push('session_missing', 'session_invalid')
  else codes.push('too_many_requests')
  if (access.who !== 'session' && access.who !== 'public') {
    codes.push('credential_missing', 'credential_refused', 'forbidden')
  }
  return [...new Set([...codes, ...access.errors])]
}

function describeErrors(codes: ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => apiErrors[code].status)
  const content = { 'application/problem+json': { schema: { $ref: 'Problem#' } } }
  const entries = [...byStatus].map(([status, own]) => [
    status,
    { description: own.map((code) => `\`${code}\`: ${apiErrors[code].title}`).join('; '), content },
  ])
  return Object.fromEntries(entries)
}

/** `GET /api/v1/apps/:appId/secrets` → `getAppsAppIdSecrets`. */
function nameOperation({ method, url }: ApiRoute): string {
  const words = url.replace(/^\/api\/v1\//, '').split(/[^A-Za-z]+/)
  const capitalized = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return method.toLowerCase() + capitalized.join('')
}
