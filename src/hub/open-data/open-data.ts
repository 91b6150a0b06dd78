import { HubError } from '../errors.ts'
import type { Session } from '../sessions/sessions.ts'
import type { ProfilePatch } from '../users/profile.ts'
import type { OpeningKey } from '../users/session-key-cache.ts'
import type { Users } from '../users/users.ts'
import { decryptOpenData, type OpenData, readEncrypted } from './decrypt.ts'
import { isSigned, type SignedText } from './raw-data.ts'

/** `signed`: what came in plain beside it, and is to be checked too. */
export type OpenDataInput = { encryptedData: string; iv: string; signed?: SignedText | null }

export type OpenDataDecoder = ReturnType<typeof createOpenData>

/** What WeChat says of encrypted data, it says for as long. */
const maxAgeMs = 3 * 24 * 60 * 60 * 1000

/** Data that WeChat's client encrypted for the back end of a mini program. */
export function createOpenData({ users, now }: { users: Users; now: () => number }) {
  async function decode(session: Session, input: OpenDataInput): Promise<OpenData> {
    const { identityId } = session
    const recalled = users.sessionKeys.recall(identityId)
    const data =
      (recalled && open(session, input, recalled)) ??
      open(session, input, await users.sessionKeys.read(identityId))
    if (data !== null) return data
    throw new HubError('decryption_failed', 'no session key fits the data, or it is not for this session')
  }

  return {
    /** The data in plain. Throws decryption_failed, whatever is wrong with it. */
    decode,

    /**
     * Takes a profile from encrypted user data. CBC can be tampered with, so nothing is believed but for data
     * that names the session's own openId and is at most 3 days old. Returns the id of the user it is of now.
     */
    async takeProfile(session: Session, input: OpenDataInput): Promise<number> {
      const data = await decode(session, input)
      if (data.openId !== session.openId) {
        throw new HubError('decryption_failed', 'the data does not name the openId of the session')
      }
      // Also under a key that WeChat gave again, an old profile must not take a newer one's place.
      if (!(now() - Number(data.watermark.timestamp) * 1000 < maxAgeMs)) {
        throw new HubError('decryption_failed', 'the data is over 3 days old')
      }
      return users.improveProfile(session.identityId, toProfile(data))
    },
  }
}

/**
 * The newest key is tried, then the three before it: a later login must not break data that was made before
 * it. Who fails has made us try them all, whatever was wrong.
 */
function open(session: Session, input: OpenDataInput, keys: readonly OpeningKey[]): OpenData | null {
  const { signed } = input
  const texts = keys.map(({ text }) => text)
  const isGood = signed == null || isSigned(signed, texts)
  const encrypted = readEncrypted(input)
  if (encrypted === null) return null
  for (const { key } of keys) {
    const data = decryptOpenData(session.appId, key, encrypted)
    if (data !== null && isOwn(data, session) && isGood) return data
  }
  return null
}

/** Data may name nobody (a phone number), but never somebody else. */
function isOwn({ openId, unionId }: OpenData, session: Session): boolean {
  const namesOther = openId !== undefined && openId !== session.openId
  const joinsOther = unionId !== undefined && session.unionId !== null && unionId !== session.unionId
  return !namesOther && !joinsOther
}

function toProfile(data: OpenData): ProfilePatch {
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '')
  return {
    nickname: text('nickName'),
    avatarUrl: text('avatarUrl'),
    gender: data.gender === 1 || data.gender === 2 ? data.gender : 0,
    city: text('city'),
    province: text('province'),
    country: text('country'),
    language: text('language'),
  }
}
