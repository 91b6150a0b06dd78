import type { SealedColumns } from '../../database/sealed-columns.ts'
import { Secret } from '../../secret.ts'

/** A user's OAuth tokens as the hub keeps them. */
export type OAuthTokens = { accessToken: Secret; refreshToken: Secret; expiresAt: number; scope: string }

type Stored = { accessToken: string; refreshToken: string; expiresAt: number; scope: string }

export function sealOAuthTokens(sealed: SealedColumns, identityId: number, tokens: OAuthTokens): Buffer {
  const stored: Stored = {
    accessToken: tokens.accessToken.reveal(),
    refreshToken: tokens.refreshToken.reveal(),
    expiresAt: tokens.expiresAt,
    scope: tokens.scope,
  }
  return sealed.seal('identities.oauth_tokens', String(identityId), JSON.stringify(stored))
}

export function unsealOAuthTokens(sealed: SealedColumns, identityId: number, bytes: Uint8Array): OAuthTokens {
  const text = sealed.unseal('identities.oauth_tokens', String(identityId), bytes)
  const stored = JSON.parse(text) as Stored // sealed by sealOAuthTokens
  return {
    accessToken: new Secret(stored.accessToken),
    refreshToken: new Secret(stored.refreshToken),
    expiresAt: stored.expiresAt,
    scope: stored.scope,
  }
}
