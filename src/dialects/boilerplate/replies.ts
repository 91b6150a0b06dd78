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
  const { status, code, text } = toErrorRow(error)
  // What is wrong with a parameter names the parameter, so that the caller can mend it.
  const told = error.code === 'bad_request' ? `${text}: ${error.message}` : text
  return { status, body: { error_code: code, error_message: told } }
}

/** The contract's status, number and text for an error; WeChat's errcode counts where the contract has one for it. */
export function toErrorRow(error: HubError): { status: number; code: number; text: string } {
  return boilerplateErrcodes[error.upstream?.errcode ?? 0] ?? boilerplateErrors[error.code]
}
