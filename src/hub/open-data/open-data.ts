import type { Database } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { HubError } from '../errors.ts'
import type { Session } from '../sessions/sessions.ts'
import { findSessionKeys } from '../users/identities-store.ts'
import type { ProfilePatch } from '../users/profile.ts'
import { listSessionKeys } from '../users/session-keys.ts'
import type { Users } from '../users/users.ts'
import { decryptOpenData, type OpenData } from './decrypt.ts'

export type OpenDataInput = { encryptedData: string; iv: string }

export type OpenDataDecoder = ReturnType<typeof createOpenData>

type Deps = { database: Database; sealed: SealedColumns; users: Users; now: () => number }

/** Data that WeChat's client encrypted for the back end of a mini program. */
export function createOpenData({ database, sealed, users, now }: Deps) {
  async function decode(session: Session, input: OpenDataInput): Promise<OpenData> {
    const stored = await findSessionKeys(database.sql, session.identityId)
    let found: OpenData | null = null
    // The newest key, then the three before it: a later login must not break data that was made before it.
    for (const { key } of listSessionKeys(sealed, session.identityId, stored, now())) {
      found ??= decryptOpenData(session.appId, { ...input, sessionKey: key.reveal() })
    }
    if (found === null || !isOwn(found, session)) {
      throw new HubError('decryption_failed', 'no session key opens the data, or it is not for this session')
    }
    return found
  }

  return {
    /** The data in plain. Throws decryption_failed, whatever is wrong with it. */
    decode,

    /**
     * Takes a profile from encrypted user data. CBC can be tampered with, so nothing is believed but for data
     * that names the session's own openId.
     */
    async takeProfile(session: Session, input: OpenDataInput): Promise<void> {
      const data = await decode(session, input)
      if (data.openId !== session.openId) {
        throw new HubError('decryption_failed', 'the data does not name the openId of the session')
      }
      await users.improveProfile(session.userId, toProfile(data))
    },
  }
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
