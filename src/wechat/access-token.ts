import { Secret } from '../secret.ts'
import { lifetimeMs, textField, type Upstream } from './upstream.ts'

export type AppCredential = { appId: string; secret: Secret }

/** An app's access token; `lifetimeMs` is what is left of it. */
export type IssuedToken = { value: Secret; lifetimeMs: number }

/**
 * `/cgi-bin/stable_token` in its normal mode: while a token is valid WeChat answers with the same one and
 * what is left of its 7,200 s, and renews it by itself within the last 300 s. It does not disturb the tokens
 * of `/cgi-bin/token`.
 */
export async function fetchStableToken(api: Upstream, app: AppCredential): Promise<IssuedToken> {
  const path = '/cgi-bin/stable_token'
  const answer = await api.call({
    method: 'POST',
    path,
    body: { grant_type: 'client_credential', appid: app.appId, secret: app.secret.reveal() },
    isIdempotent: true,
  })
  return { value: new Secret(textField(path, answer, 'access_token')), lifetimeMs: lifetimeMs(path, answer) }
}

/** `/cgi-bin/get_api_domain_ip`: costs nothing, and shows whether an access token is good. */
export async function checkAccessToken(api: Upstream, accessToken: Secret): Promise<void> {
  const query = { access_token: accessToken.reveal() }
  await api.call({ path: '/cgi-bin/get_api_domain_ip', query, isIdempotent: true })
}
