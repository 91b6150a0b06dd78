import type { FastifyRequest } from 'fastify'
import type { HubError } from '../hub/errors.ts'
import { ginrpcErrors } from './ginrpc-errors.ts'
import type { ErrorReply } from './surface.ts'

/**
 * Replies of the contracts that were first written with ginrpc. The mount says which form its clients know:
 * the bare values of the document, or the wrapping that the first implementation really sent.
 */
export function inEnvelope<T>(request: FastifyRequest, data: T) {
  return isGinrpc(request) ? { state: true, error: 'normal', data } : data
}

export function toErrorReply(error: HubError, request: FastifyRequest): ErrorReply {
  const { status, code, text } = ginrpcErrors[error.code]
  const told = tellable.has(error.code) ? `${text}: ${error.message}` : text
  if (!isGinrpc(request)) return { status, body: { code, error: told } }
  const ginrpcStatus = unreached.has(error.code) ? status : 200
  const ginrpcCode = deadSessions.has(error.code) ? 1018 : code
  return { status: ginrpcStatus, body: { state: false, code: ginrpcCode, error: told } }
}

export function isGinrpc({ mount }: FastifyRequest): boolean {
  return mount?.options.envelope === 'ginrpc'
}

/** These messages say what to mend: the parameter, or what stands in the way. */
const tellable = new Set(['bad_request', 'conflict', 'forbidden', 'payment_refused'])
/** What no call of the contract was reached with keeps its HTTP status in every envelope. */
const unreached = new Set(['route_unknown', 'method_not_allowed', 'body_too_large'])
const deadSessions = new Set(['session_invalid', 'session_expired', 'user_gone'])
