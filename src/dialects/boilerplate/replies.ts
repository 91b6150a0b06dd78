import type { ErrorReply } from '../../http/surface.ts'
import type { HubError } from '../../hub/errors.ts'
import type { IssuedSession } from '../../hub/sessions/sessions.ts'
import type { Profile } from '../../hub/users/profile.ts'
import { boilerplateErrcodes, boilerplateErrors } from './errors.ts'

export function toLoginReply({ token }: IssuedSession) {
  return { error_code: 0, token: token.reveal() }
}

/** The id is the identity's: one openId in one app. */
export function toUserReply(id: number, { nickname, avatarUrl: avatar, gender }: Profile) {
  return { error_code: 0, user: { id, nickname, avatar, gender } }
}

export function toErrorReply(error: HubError): ErrorReply {
  const own = boilerplateErrcodes[error.upstream?.errcode ?? 0]
  const { status, code, text } = own ?? boilerplateErrors[error.code]
  // What is wrong with a parameter names the parameter, so that the caller can mend it.
  const told = error.code === 'bad_request' ? `${text}: ${error.message}` : text
  return { status, body: { error_code: code, error_message: told } }
}
