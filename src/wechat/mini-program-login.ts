import { Secret } from '../secret.ts'
import type { AppCredential } from './access-token.ts'
import { signWithSessionKey } from './session-signature.ts'
import { optionalText, textField, type Upstream } from './upstream.ts'

/** What `wx.login` leads to. The session key never leaves the hub. */
export type MiniProgramLogin = { openId: string; unionId: string | null; sessionKey: Secret }

/**
 * `/sns/jscode2session`. A code lives 5 minutes and works once, so it is never sent again by itself: an
 * answer that was lost has used the code up.
 */
export async function exchangeLoginCode(
  api: Upstream,
  app: AppCredential,
  code: string,
): Promise<MiniProgramLogin> {
  const path = '/sns/jscode2session'
  const answer = await api.call({
    path,
    query: {
      appid: app.appId,
      secret: app.secret.reveal(),
      js_code: code,
      grant_type: 'authorization_code',
    },
  })
  return {
    openId: textField(path, answer, 'openid'),
    unionId: optionalText(answer, 'unionid'),
    sessionKey: new Secret(textField(path, answer, 'session_key')),
  }
}

/** A user's session key at WeChat, named by the app's access token. */
export type SessionKeyQuestion = { accessToken: Secret; openId: string; sessionKey: Secret }

/** `/wxa/checksession`: whether the session key is still the valid one. */
export async function checkSessionKey(api: Upstream, question: SessionKeyQuestion): Promise<void> {
  await api.call({ path: '/wxa/checksession', query: signedQuery(question), isIdempotent: true })
}

/** `/wxa/resetusersessionkey`: a new session key, which inherits the life of the old one. */
export async function resetSessionKey(api: Upstream, question: SessionKeyQuestion): Promise<Secret> {
  const path = '/wxa/resetusersessionkey'
  const answer = await api.call({ path, query: signedQuery(question) })
  return new Secret(textField(path, answer, 'session_key'))
}

// The signature is over an empty message.
function signedQuery({ accessToken, openId, sessionKey }: SessionKeyQuestion): Record<string, string> {
  return {
    access_token: accessToken.reveal(),
    openid: openId,
    signature: signWithSessionKey(sessionKey, ''),
    sig_method: 'hmac_sha256',
  }
}
