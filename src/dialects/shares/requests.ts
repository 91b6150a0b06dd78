import { HubError } from '../../hub/errors.ts'
import type { Mount } from '../../hub/mounts/mount.ts'
import type { CodeRequest } from '../../hub/qr-codes/parse-code.ts'
import type { ProfilePatch } from '../../hub/users/profile.ts'
import type { UserChange } from '../../hub/users/user-settings.ts'
import type { CodeBody, UserInfo } from './schemas.ts'

const genders = new Map<string, number>([
  ['', 0],
  ['0', 0],
  ['1', 1],
  ['2', 2],
  ['男', 1],
  ['女', 2],
])

export function fromUserInfo(info: UserInfo): ProfilePatch {
  const { nickName: nickname, avatarURL: avatarUrl, city, province, country, language } = info
  return { nickname, avatarUrl, gender: fromGender(info.gender), city, province, country, language }
}

function fromGender(gender: UserInfo['gender']): number | undefined {
  if (gender === undefined) return undefined
  const known = genders.get(String(gender))
  if (known === undefined) throw new HubError('bad_request', 'gender is none of 男, 女, 0, 1, 2')
  return known
}

export function fromCodeBody(
  { page, scene = '', checkPath, envVersion }: CodeBody,
  mount: Mount | null,
): CodeRequest {
  const takesLongScene = mount?.options.longScenes
  return { page, scene, isPageChecked: checkPath, envVersion, takesLongScene }
}

/** What `upset_user_info` asks for; null for a key that the contract does not name. */
export function parseSetting(key: string, value: string): UserChange | null {
  if (key === 'phone') return { phone: value }
  if (key === 'rg') return { settings: { rg: parseFlag(key, value) } }
  if (key === 'only20') return { settings: { only20: parseFlag(key, value) } }
  if (key === 'group') return { settings: { group: value } }
  return null
}

function parseFlag(key: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') {
    throw new HubError('bad_request', `${key} is neither "true" nor "false"`)
  }
  return value === 'true'
}
