import type { FastifyRequest } from 'fastify'
import { HubError } from '../hub/errors.ts'
import { readSessionCookie } from './session-cookie.ts'

/**
 * The session token of a request: the first that is there of the contract's own place, `Authorization`
 * (`Bearer T` or `wechat T`) and the cookie `session_token`. There is no way back from a bad one to the
 * next.
 */
export function findSessionToken(
  request: FastifyRequest,
  ownPlace: string | undefined = undefined,
): string | null {
  return ownPlace || fromAuthorization(request) || readSessionCookie(request) || null
}

/** Like `findSessionToken`; throws session_missing. */
export function readSessionToken(request: FastifyRequest, ownPlace: string | undefined = undefined): string {
  const token = findSessionToken(request, ownPlace)
  if (token === null) throw new HubError('session_missing', 'no session was given')
  return token
}

function fromAuthorization({ headers }: FastifyRequest): string | undefined {
  return /^(?:bearer|wechat) +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
}
