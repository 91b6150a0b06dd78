import { createHmac } from 'node:crypto'
import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRequest, UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'

/** Whether a session_key is still the valid one, and a new key for a session. */
export function createSessionRoutes(world: World): UpstreamRoute[] {
  const { users, sessionKeys, quotas, rules } = world

  function verifySession(request: UpstreamRequest) {
    const app = verifyAccessToken(world, request)
    const { openid, signature, sigMethod } = readFields(request)
    if (openid === '' || signature === '') throw new UpstreamError(40097)
    if (sigMethod !== 'hmac_sha256') throw new UpstreamError(87008)
    if (users.findByOpenid(openid, app) === null) throw new UpstreamError(40003)
    const session = sessionKeys.find(app.appid, openid)
    if (session === null) throw new UpstreamError(87007)
    if (signature !== signEmptyMessage(session.sessionKey)) throw new UpstreamError(87009)
    return { app, openid, session }
  }

  // The documentation calls the fields a payload and shows them in the query: both ways are taken.
  return [
    {
      method: 'ANY',
      path: '/wxa/checksession',
      answer(request) {
        verifySession(request)
        return { errcode: 0, errmsg: 'ok' }
      },
    },
    {
      method: 'ANY',
      path: '/wxa/resetusersessionkey',
      answer(request) {
        const { app, openid, session } = verifySession(request)
        const limit = rules.resetSessionKeyMinuteLimit
        if (!quotas.take(app.appid, 'reset', limit, 'minute')) throw new UpstreamError(45011)
        return { errcode: 0, errmsg: 'ok', openid, session_key: sessionKeys.reset(session) }
      },
    },
  ]
}

function readFields({ query, body }: UpstreamRequest) {
  const fields = body === '' ? {} : parseJsonBody(body)
  const read = (name: string) => query.get(name) ?? toText(fields[name])
  return { openid: read('openid'), signature: read('signature'), sigMethod: read('sig_method') }
}

/** The key is the base64 text as it stands, not its bytes. */
function signEmptyMessage(sessionKey: string): string {
  return createHmac('sha256', sessionKey).update('').digest('hex')
}
