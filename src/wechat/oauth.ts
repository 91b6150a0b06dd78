import { Secret } from '../secret.ts'
import type { AppCredential } from './access-token.ts'
import { lifetimeMs, optionalText, textField, type Upstream } from './upstream.ts'

/** A user's OAuth tokens: the access token lives 2 hours, the refresh token 30 days or longer. */
export type UserTokens = {
  openId: string
  unionId: string | null
  accessToken: Secret
  refreshToken: Secret
  lifetimeMs: number
  scope: string
  /** The page was opened as a snapshot: a virtual user, never to be bound to a real one. */
  isSnapshotUser: boolean
}

/** A profile as `/sns/userinfo` tells it; places and gender are empty since October 2021. */
export type OAuthProfile = {
  openId: string
  unionId: string | null
  nickname: string
  avatarUrl: string
  gender: number
  city: string
  province: string
  country: string
}

/** `/sns/oauth2/access_token`: a code works once and lives 5 minutes. */
export async function exchangeOAuthCode(
  api: Upstream,
  app: AppCredential,
  code: string,
): Promise<UserTokens> {
  const path = '/sns/oauth2/access_token'
  const query = { appid: app.appId, secret: app.secret.reveal(), code, grant_type: 'authorization_code' }
  return toUserTokens(path, await api.call({ path, query }))
}

/** `/sns/oauth2/refresh_token`: a further access token as long as the user's consent lasts. */
export async function refreshUserTokens(
  api: Upstream,
  appId: string,
  refreshToken: Secret,
): Promise<UserTokens> {
  const path = '/sns/oauth2/refresh_token'
  const query = { appid: appId, grant_type: 'refresh_token', refresh_token: refreshToken.reveal() }
  return toUserTokens(path, await api.call({ path, query, isIdempotent: true }))
}

/** `/sns/userinfo`; needs scope snsapi_userinfo or snsapi_login. */
export async function fetchOAuthProfile(
  api: Upstream,
  accessToken: Secret,
  openId: string,
): Promise<OAuthProfile> {
  const path = '/sns/userinfo'
  const query = { access_token: accessToken.reveal(), openid: openId, lang: 'zh_CN' }
  const answer = await api.call({ path, query, isIdempotent: true })
  const text = (name: string) => optionalText(answer, name) ?? ''
  return {
    openId: textField(path, answer, 'openid'),
    unionId: optionalText(answer, 'unionid'),
    nickname: text('nickname'),
    avatarUrl: text('headimgurl'),
    gender: Number(answer.sex ?? 0),
    city: text('city'),
    province: text('province'),
    country: text('country'),
  }
}

function toUserTokens(path: string, answer: Record<string, unknown>): UserTokens {
  return {
    openId: textField(path, answer, 'openid'),
    unionId: optionalText(answer, 'unionid'),
    accessToken: new Secret(textField(path, answer, 'access_token')),
    refreshToken: new Secret(textField(path, answer, 'refresh_token')),
    lifetimeMs: lifetimeMs(path, answer),
    scope: optionalText(answer, 'scope') ?? '',
    isSnapshotUser: Number(answer.is_snapshotuser ?? 0) === 1,
  }
}
