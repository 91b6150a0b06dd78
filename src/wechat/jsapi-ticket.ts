import { Secret } from '../secret.ts'
import type { IssuedToken } from './access-token.ts'
import { lifetimeMs, textField, type Upstream } from './upstream.ts'

/**
 * `/cgi-bin/ticket/getticket`: the ticket that pages of an official account are signed with. It is the same one
 * for 7,200 s; `lifetimeMs` is what is left of it.
 */
export async function fetchJsapiTicket(api: Upstream, accessToken: Secret): Promise<IssuedToken> {
  const path = '/cgi-bin/ticket/getticket'
  const query = { access_token: accessToken.reveal(), type: 'jsapi' }
  const answer = await api.call({ path, query, isIdempotent: true })
  return { value: new Secret(textField(path, answer, 'ticket')), lifetimeMs: lifetimeMs(path, answer) }
}
