import type { IssuedSession } from '../../hub/sessions/sessions.ts'
import type { Person } from '../../hub/users/users.ts'

export function toLoginReply(session: IssuedSession) {
  return {
    sessionId: session.token.reveal(),
    openId: session.openId,
    overdueTime: Math.floor(session.expiresAt / 1000),
  }
}

/** Null: there was nothing to renew, the client must log in again. */
export function toRenewalReply(session: IssuedSession | null) {
  if (session === null) return { relogin: true, sessionId: '', openId: '', overdueTime: 0 }
  return { relogin: false, ...toLoginReply(session) }
}

const genders = ['', '男', '女']

export function toUserInfo(openId: string, { profile, settings, phone }: Person) {
  return {
    openid: openId,
    nickName: profile.nickname,
    avatarURL: profile.avatarUrl,
    gender: genders[profile.gender] ?? '',
    city: profile.city,
    province: profile.province,
    country: profile.country,
    phone: phone ?? '',
    group: settings.group ?? '',
    rg: settings.rg ?? false,
    only20: settings.only20 ?? false,
    capacity: settings.capacity ?? 0,
  }
}
