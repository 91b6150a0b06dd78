import type { ErrorReply } from '../../http/surface.ts'
import type { HubError } from '../../hub/errors.ts'
import { SceneRefused } from '../../hub/scenes/check-scene.ts'
import type { Identity } from '../../hub/users/identities-store.ts'
import type { Profile } from '../../hub/users/profile.ts'
import {
  CodeNotMade,
  codeNotMade,
  controlErrors,
  documentedErrcodes,
  missingParameters,
  ParameterMissing,
  sceneRefused,
} from './errors.ts'

export function toReply<T>(data: T) {
  return { code: 200, msg: 'ok', data, success: true }
}

/** Always HTTP 200, but for what reached no call of the contract. */
export function toErrorReply(error: HubError): ErrorReply {
  const { code, msg } = toCodeAndText(error)
  return { status: keptStatuses.has(code) ? code : 200, body: { code, msg, data: {}, success: false } }
}

const keptStatuses = new Set([404, 405, 413])

/** A refusal by WeChat is passed on with WeChat's number; its text too, unless the document has its own. */
function toCodeAndText(error: HubError): { code: number; msg: string } {
  if (error instanceof ParameterMissing) return missingParameters[error.parameter]
  if (error instanceof SceneRefused) return sceneRefused
  if (error instanceof CodeNotMade) return codeNotMade
  const { upstream } = error
  const isOurs = upstream === null || error.code === 'authorization_over'
  if (isOurs) return controlErrors[error.code]
  return { code: upstream.errcode, msg: documentedErrcodes[upstream.errcode] ?? upstream.errmsg }
}

export function toUserInfo(identity: Identity, profile: Profile, unionId: string | null) {
  return {
    openId: identity.openId,
    nickname: profile.nickname,
    sex: String(profile.gender),
    province: profile.province,
    city: profile.city,
    country: profile.country,
    avatar: profile.avatarUrl,
    unionId: unionId ?? '',
  }
}

export function toDataUrl({ type, bytes }: { type: string; bytes: Buffer }): string {
  return `data:${type};base64,${bytes.toString('base64')}`
}
