import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { UpstreamRoute } from '../upstream/upstream-route.ts'
import type { World } from '../world.ts'
import { checkAppid } from './check-credentials.ts'
import { verifyAccessToken } from './verify-access-token.ts'

/** Starts the daily counters of an account anew, ten times a month. */
export function createQuotaRoutes(world: World): UpstreamRoute[] {
  const { quotas, rules } = world

  function clear(appid: string) {
    if (!quotas.take(appid, 'clear_quota', rules.clearQuotaMonthlyLimit, 'month'))
      throw new UpstreamError(48006)
    quotas.clear(appid)
    return { errcode: 0, errmsg: 'ok' }
  }

  return [
    {
      method: 'POST',
      path: '/cgi-bin/clear_quota',
      answer(request) {
        const { appid } = verifyAccessToken(world, request)
        const given = toText(parseJsonBody(request.body).appid)
        if (given === '') throw new UpstreamError(41002)
        if (given !== appid) throw new UpstreamError(40013)
        return clear(appid)
      },
    },
    {
      // The one call of this family that names the app by its secret and takes no token.
      method: 'POST',
      path: '/cgi-bin/clear_quota/v2',
      answer({ query, body }) {
        const fields = body === '' ? {} : parseJsonBody(body)
        const read = (name: string) => toText(fields[name]) || (query.get(name) ?? '')
        const app = checkAppid(world, read('appid'))
        const secret = read('appsecret')
        if (secret === '') throw new UpstreamError(41004)
        if (secret !== app.secret) throw new UpstreamError(40125)
        return clear(app.appid)
      },
    },
  ]
}
