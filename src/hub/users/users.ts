import type { Database, Sql } from '../../database/database.ts'
import type { PersonKeys } from '../../database/person-keys/person-keys.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { App } from '../apps/app.ts'
import type { Actor } from '../audit/actor.ts'
import { HubError } from '../errors.ts'
import type { ImportOutcome } from '../import-outcome.ts'
import { changeUserOf } from './change-user-of.ts'
import { type EnsuredUser, ensureUsers } from './ensure-users.ts'
import { findIdentity, type Identity, isProfiled, markProfiled } from './identities-store.ts'
import { type ImportedUser, importUsers } from './import-users.ts'
import { canFetchProfile, fetchProfileOfIdentity } from './oauth-profile.ts'
import { findPerson } from './persons-store.ts'
import { type Profile, type ProfilePatch, toImprovement } from './profile.ts'
import { recordSighting, type Sighting } from './record-sighting.ts'
import { createSessionKeyCache } from './session-key-cache.ts'
import type { Settings } from './settings.ts'
import { createUserDirectory } from './user-directory.ts'
import { createUserPhones } from './user-phones.ts'
import { createUserSettings } from './user-settings.ts'
import { findProfile, updateProfile } from './users-store.ts'

export type Users = ReturnType<typeof createUsers>

/** All that is known of a user. Unless it is verified, `phone` is as the user typed it: nobody checked that it is theirs. */
export type Person = {
  profile: Profile
  settings: Partial<Settings>
  phone: string | null
  isPhoneVerified: boolean
}

type Deps = {
  database: Database
  sealed: SealedColumns
  personKeys: PersonKeys
  wechat: WeChat
  now: () => number
}

/** Persons, each known by one openId per app and, where WeChat tells it, by a unionId. */
export function createUsers(deps: Deps) {
  const { database } = deps
  const phones = createUserPhones(deps)
  const sessionKeys = createSessionKeyCache(deps)

  async function getProfile(userId: number): Promise<Profile> {
    const profile = await findProfile(database.sql, userId)
    if (profile === null) throw new HubError('user_gone', 'the user was removed')
    return profile
  }

  /**
   * A profile only gets better: see `toImprovement`. It is that of whoever the identity belongs to now, whose id
   * is returned.
   */
  async function improveProfile(identityId: number, patch: ProfilePatch): Promise<number> {
    const improvement = toImprovement(patch)
    return changeUserOf(database, identityId, async (sql, userId) => {
      await updateProfile(sql, userId, improvement)
      return userId
    })
  }

  /**
   * The profile of a user who logged in by OAuth, and the unionId if it is known: as stored, or asked of
   * WeChat if `isFresh` or nothing is stored.
   */
  async function getOAuthProfile(
    app: App,
    identity: Identity,
    options: { isFresh: boolean },
  ): Promise<{ profile: Profile; unionId: string | null }> {
    if (!options.isFresh && (await isProfiled(database.sql, identity.id))) {
      return { profile: await getProfile(identity.userId), unionId: identity.unionId }
    }
    const { openId, unionId, ...fetched } = await fetchProfileOfIdentity(deps, identity)
    const seen =
      unionId === null ? identity : await recordSighting(deps, { app, openId, unionId, isKnown: true })
    const userId = await improveProfile(seen.id, tolerate(fetched))
    await markProfiled(database.sql, identity.id, deps.now())
    return { profile: await getProfile(userId), unionId: seen.unionId }
  }

  return {
    ...createUserSettings({ database, phones }),
    ...createUserDirectory(deps),
    phones,
    getProfile,
    improveProfile,

    async getPerson(userId: number): Promise<Person> {
      const person = await findPerson(database.sql, userId)
      if (person === null) throw new HubError('user_gone', 'the user was removed')
      const known = await phones.read(person.phones)
      const { profile, settings } = person
      return { profile, settings, phone: known?.phone ?? null, isPhoneVerified: known?.isVerified ?? false }
    },

    async record(
      sighting: Sighting,
      alsoWrite?: (sql: Sql, identity: Identity) => Promise<void>,
    ): Promise<Identity> {
      const identity = await recordSighting(deps, sighting, alsoWrite)
      if (sighting.sessionKey !== undefined) sessionKeys.forget(identity.id)
      return identity
    },

    import: (app: App, rows: readonly ImportedUser[], actor: Actor): Promise<ImportOutcome[]> =>
      importUsers(deps, app, rows, actor),

    ensure: (users: readonly EnsuredUser[]): Promise<void> => ensureUsers(deps, users),

    sessionKeys,

    findIdentity: (id: number) => findIdentity(database.sql, id),

    getOAuthProfile,

    /** Asks WeChat for the profile if the user agreed to that. Its failure is no failure of what it is part of. */
    async tryRefreshProfile(app: App, identity: Identity): Promise<void> {
      try {
        if (await canFetchProfile(deps, identity)) await getOAuthProfile(app, identity, { isFresh: true })
      } catch (error) {
        if (!(error instanceof HubError)) throw error
      }
    },
  }
}

/** WeChat's own profiles are taken as far as they are sound: a strange value is not the user's fault. */
function tolerate(fetched: Omit<Profile, 'language'>): ProfilePatch {
  const sound: ProfilePatch = {}
  for (const [name, value] of Object.entries(fetched)) {
    try {
      Object.assign(sound, toImprovement({ [name]: value }))
    } catch (error) {
      if (!(error instanceof HubError)) throw error
    }
  }
  return sound
}
