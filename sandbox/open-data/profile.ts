import type { User } from '../users/user-store.ts'

/** A user as wx.getUserInfo shows him, in the order of the official samples. */
export function toProfile(user: User) {
  return {
    nickName: user.nickname,
    gender: user.gender,
    language: user.language,
    city: user.city,
    province: user.province,
    country: user.country,
    avatarUrl: user.avatarUrl,
  }
}
