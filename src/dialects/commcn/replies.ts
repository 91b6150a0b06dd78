import { HubError } from '../../hub/errors.ts'
import type { Mount } from '../../hub/mounts/mount.ts'
import type { CodeRequest } from '../../hub/qr-codes/parse-code.ts'
import { isAccepted, type Refund } from '../../hub/refunds/refund.ts'
import type { RefundRequest } from '../../hub/refunds/refund-request.ts'
import type { IssuedSession } from '../../hub/sessions/sessions.ts'
import type { ProfilePatch } from '../../hub/users/profile.ts'
import type { CodeBody, RefundBody, UserInfo } from './schemas.ts'

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

export function fromRefundBody(
  { billId, refundFee = 0 }: RefundBody,
  { caller, idempotencyKey }: Pick<RefundRequest, 'caller' | 'idempotencyKey'>,
): RefundRequest {
  return { billId, fee: refundFee, reason: null, idempotencyKey, caller }
}

/** The contract has no word for a refund of which nobody knows yet whether WeChat has it. */
export function toRefundReply({ state }: Refund) {
  if (state === 'requested') {
    throw new HubError('upstream_unavailable', 'nobody knows yet whether WeChat has the refund')
  }
  return { status: isAccepted(state) }
}

export function toLoginReply(session: IssuedSession) {
  return {
    session_id: session.token.reveal(),
    open_id: session.openId,
    overdue_time: Math.floor(session.expiresAt / 1000),
  }
}
