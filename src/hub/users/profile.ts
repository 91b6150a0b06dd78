import { HubError } from '../errors.ts'
import { checkText } from './check-text.ts'

/** What is known of a user; `""` and 0 where nothing is. */
export type Profile = {
  nickname: string
  avatarUrl: string
  /** 0 unknown, 1 male, 2 female. */
  gender: number
  city: string
  province: string
  country: string
  language: string
}

export type ProfilePatch = { [K in keyof Profile]?: Profile[K] | undefined }

/** WeChat's stand-in since November 2022 for users who show no nickname. */
const anonymousNickname = '微信用户'

// The two grey avatars that WeChat hands out in place of a real one; the size at the end varies.
const anonymousAvatars = [
  'POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg',
  'icTdbqWNOwNRna42FI242Lcia07jQodd2FJGIYQfG0LAJGFxM4FbnQP6yfMxBgJ0F3YRqJCJ1aPAK2dQagdusBZg',
]

const maxLengths = { nickname: 64, avatarUrl: 1024, city: 64, province: 64, country: 64, language: 16 }

/**
 * The part of a patch that makes a profile better: empty values and WeChat's placeholders are dropped, so
 * that they never replace what is real. Throws bad_request for values that no profile can have.
 */
export function toImprovement(patch: ProfilePatch): Partial<Profile> {
  checkTexts(patch)
  // Named one by one: a field that is no part of a profile never becomes a column.
  const { nickname, avatarUrl, gender, city, province, country, language } = patch
  if (gender !== undefined && ![0, 1, 2].includes(gender)) {
    throw new HubError('bad_request', 'gender is none of 0, 1, 2')
  }
  if (avatarUrl && !isHttpUrl(avatarUrl))
    throw new HubError('bad_request', 'the avatar is not an http(s) URL')
  const given = { nickname, avatarUrl, gender, city, province, country, language }
  const improvement: Partial<Profile> = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== '' && value !== 0),
  )
  if (nickname?.trim() === anonymousNickname || nickname?.trim() === '') delete improvement.nickname
  if (anonymousAvatars.some((avatar) => avatarUrl?.includes(avatar))) delete improvement.avatarUrl
  return improvement
}

function checkTexts(patch: ProfilePatch): void {
  for (const [name, maxLength] of Object.entries(maxLengths)) {
    const value = patch[name as keyof typeof maxLengths]
    if (value !== undefined) checkText(name, value, maxLength)
  }
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:')
}
