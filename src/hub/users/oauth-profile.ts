import type { Database } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { OAuthProfile } from '../../wechat/oauth.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import { HubError } from '../errors.ts'
import { findOAuthTokens, type Identity, replaceOAuthTokens } from './identities-store.ts'
import { type OAuthTokens, sealOAuthTokens, unsealOAuthTokens } from './oauth-tokens.ts'

type Deps = { database: Database; sealed: SealedColumns; wechat: WeChat; now: () => number }

/**
 * Asks WeChat for the profile of a user who logged in by OAuth, renewing the user's access token if it is
 * over. Throws authorization_over when only the user can help, by logging in again.
 */
export async function fetchProfileOfIdentity(deps: Deps, identity: Identity): Promise<OAuthProfile> {
  const { database, sealed, wechat, now } = deps
  const bytes = await findOAuthTokens(database.sql, identity.id)
  if (bytes === null) throw new HubError('authorization_over', 'the user never logged in by OAuth')
  const tokens = unsealOAuthTokens(sealed, identity.id, bytes)
  if (tokens.expiresAt > now()) {
    try {
      return await wechat.fetchOAuthProfile(tokens.accessToken, identity.openId)
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'authorization_over') throw error
    }
  }
  const renewed = await renewTokens(deps, identity, tokens)
  return wechat.fetchOAuthProfile(renewed.accessToken, identity.openId)
}

const profileScopes = ['snsapi_userinfo', 'snsapi_login']

/** Whether the user agreed to show the profile when logging in by OAuth. */
export async function canFetchProfile(
  { database, sealed }: Pick<Deps, 'database' | 'sealed'>,
  identity: Identity,
): Promise<boolean> {
  const bytes = await findOAuthTokens(database.sql, identity.id)
  if (bytes === null) return false
  const { scope } = unsealOAuthTokens(sealed, identity.id, bytes)
  return scope.split(/[, ]/).some((one) => profileScopes.includes(one))
}

async function renewTokens(deps: Deps, identity: Identity, tokens: OAuthTokens): Promise<OAuthTokens> {
  const { database, sealed, wechat, now } = deps
  const askedAt = now()
  const answer = await wechat.refreshUserTokens(identity.appId, tokens.refreshToken)
  const renewed: OAuthTokens = {
    accessToken: answer.accessToken,
    refreshToken: answer.refreshToken,
    expiresAt: askedAt + answer.lifetimeMs,
    scope: answer.scope || tokens.scope,
  }
  await replaceOAuthTokens(database.sql, identity.id, sealOAuthTokens(sealed, identity.id, renewed))
  return renewed
}
