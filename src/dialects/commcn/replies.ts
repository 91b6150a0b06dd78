import type { FastifyRequest } from 'fastify'
import type { ErrorReply } from '../../http/surface.ts'
import type { HubError } from '../../hub/errors.ts'
import type { IssuedSession } from '../../hub/sessions/sessions.ts'
import type { ProfilePatch } from '../../hub/users/profile.ts'
import { commcnErrors } from './errors.ts'
import type { UserInfo } from './schemas.ts'

/** The value as the document shows it, or in the wrapping that the first implementation really sent. */
export function inEnvelope<T>({ mount }: FastifyRequest, data: T) {
  return mount?.options.envelope === 'ginrpc' ? { state: true, error: 'normal', data } : data
}

export function toErrorReply(error: HubError, { mount }: FastifyRequest): ErrorReply {
  const { status, code, text } = commcnErrors[error.code]
  // What is wrong with a parameter names the parameter, so that the caller can mend it.
  const told = error.code === 'bad_request' ? `${text}: ${error.message}` : text
  if (mount?.options.envelope !== 'ginrpc') return { status, body: { code, error: told } }
  const ginrpcStatus = unreached.has(error.code) ? status : 200
  const ginrpcCode = deadSessions.has(error.code) ? 1018 : code
  return { status: ginrpcStatus, body: { state: false, code: ginrpcCode, error: told } }
}

/** What no call of the contract was reached with keeps its HTTP status in every envelope. */
const unreached = new Set(['route_unknown', 'method_not_allowed', 'body_too_large'])
const deadSessions = new Set(['session_invalid', 'session_expired', 'user_gone'])

export function fromUserInfo({
  nickName,
  avatarUrl,
  gender,
  city,
  province,
  country,
  language,
}: UserInfo): ProfilePatch {
  return { nickname: nickName, avatarUrl, gender, city, province, country, language }
}

export function toLoginReply(session: IssuedSession) {
  return {
    session_id: session.token.reveal(),
    open_id: session.openId,
    overdue_time: Math.floor(session.expiresAt / 1000),
  }
}
