import type { Mount } from '../../hub/mounts/mount.ts'
import type { CodeRequest } from '../../hub/qr-codes/parse-code.ts'
import type { IssuedSession } from '../../hub/sessions/sessions.ts'
import type { ProfilePatch } from '../../hub/users/profile.ts'
import type { CodeBody, UserInfo } from './schemas.ts'

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

export function fromCodeBody(
  { page, scene = '', checkPath, envVersion }: CodeBody,
  mount: Mount | null,
): CodeRequest {
  const takesLongScene = mount?.options.longScenes
  return { page, scene, isPageChecked: checkPath, envVersion, takesLongScene }
}

export function toLoginReply(session: IssuedSession) {
  return {
    session_id: session.token.reveal(),
    open_id: session.openId,
    overdue_time: Math.floor(session.expiresAt / 1000),
  }
}
