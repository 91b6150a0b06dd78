import { type Database, isUniqueViolation, type Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Secret } from '../../secret.ts'
import type { App } from '../apps/app.ts'
import { HubError } from '../errors.ts'
import {
  type Identity,
  type IdentityRow,
  insertIdentity,
  lockIdentity,
  updateOAuthTokens,
  updateSessionKeys,
} from './identities-store.ts'
import { linkUnionId } from './link-union-id.ts'
import { type OAuthTokens, sealOAuthTokens } from './oauth-tokens.ts'
import { addSessionKey } from './session-keys.ts'
import {
  deleteKeptSubscription,
  findToldSubscription,
  lockSubscription,
  updateSubscription,
} from './subscription-store.ts'
import { findUserByUnionId, insertUser } from './users-store.ts'

/** What WeChat says of a person who logged in to an app. */
export type Sighting = {
  app: App
  openId: string
  unionId: string | null
  sessionKey?: Secret
  oauthTokens?: OAuthTokens
  /** The person did not log in by this: who was erased meanwhile is not made anew. */
  isKnown?: true
}

type Deps = { database: Database; sealed: SealedColumns; now: () => number }

const maxTries = 4

/**
 * Finds or makes the identity and its user, links by unionId and keeps the credentials, in one transaction.
 * `alsoWrite` joins it. Throws user_gone where `isKnown` does not hold.
 */
export function recordSighting(
  deps: Deps,
  sighting: Sighting,
  alsoWrite: (sql: Sql, identity: Identity) => Promise<void> = async () => undefined,
): Promise<Identity> {
  return recordTogether(deps.database, async (sql) => {
    const identity = await findOrInsert(deps, sql, sighting)
    await keepCredentials(deps, sql, identity, sighting)
    await alsoWrite(sql, identity)
    const { id, appId, openId, userId, unionId } = identity
    return { id, appId, openId, userId, unionId }
  })
}

/** A transaction that finds or makes users, done again where somebody else was making the same ones. */
export async function recordTogether<T>(database: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction(work)
    } catch (error) {
      // Another made the same identity or user at this moment: the next try finds it done. The code is used up,
      // so nobody else can try again.
      if (!isUniqueViolation(error) || attempt === maxTries) throw error
    }
  }
}

async function findOrInsert({ now }: Deps, sql: Sql, sighting: Sighting): Promise<IdentityRow> {
  const { app, openId, unionId, isKnown } = sighting
  const found = await lockIdentity(sql, app.appId, openId)
  if (found === null && isKnown) throw new HubError('user_gone', 'the user was removed')
  if (found === null) return insertIdentityOf(sql, sighting, now())
  if (unionId === null || unionId === found.unionId) return found
  const linking = { tenantId: app.tenantId, identity: found, unionId, now: now() }
  return { ...found, userId: await linkUnionId(sql, linking), unionId }
}

/** Makes an identity that is not there, for the user who has the unionId or for a new one. */
export async function insertIdentityOf(
  sql: Sql,
  { app, openId, unionId }: Sighting,
  now: number,
): Promise<IdentityRow> {
  const { appId, tenantId } = app
  const known = unionId === null ? null : await findUserByUnionId(sql, tenantId, unionId)
  const userId = known?.id ?? (await insertUser(sql, { tenantId, unionId, createdAt: now }))
  const id = await insertIdentity(sql, { appId, openId, userId, createdAt: now })
  if (app.kind === 'official_account') await takeToldSubscription(sql, appId, openId)
  return { id, appId, openId, userId, unionId, sessionKeys: null }
}

async function takeToldSubscription(sql: Sql, appId: string, openId: string): Promise<void> {
  await lockSubscription(sql, appId, openId)
  const told = await findToldSubscription(sql, appId, openId)
  if (told !== null) await updateSubscription(sql, { ...told, appId, openId })
  await deleteKeptSubscription(sql, appId, openId)
}

async function keepCredentials(
  deps: Deps,
  sql: Sql,
  identity: IdentityRow,
  sighting: Sighting,
): Promise<void> {
  const { sealed, now } = deps
  const { sessionKey, oauthTokens } = sighting
  if (sessionKey !== undefined) {
    const added = { key: sessionKey, obtainedAt: now() }
    await updateSessionKeys(sql, identity.id, addSessionKey(sealed, identity.id, identity.sessionKeys, added))
  }
  if (oauthTokens !== undefined) {
    await updateOAuthTokens(sql, identity.id, sealOAuthTokens(sealed, identity.id, oauthTokens))
  }
}
