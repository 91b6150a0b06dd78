import type { FastifyRequest } from 'fastify'
import type { HttpApp } from '../../http/http.ts'
import { HubError } from '../../hub/errors.ts'
import { createRateLimit } from '../../hub/rate-limit.ts'
import type { ApiParts } from '../routes.ts'
import { toSeconds } from '../schemas.ts'
import { toUser } from '../users/to-user.ts'
import { loginBody, loginReply } from './schemas.ts'

const lifetimeMs = 2 * 60 * 60 * 1000
const loginsPerAddressAndMinute = 120

export function registerLogins(scope: HttpApp, { hub, access, now }: ApiParts): void {
  const limit = createRateLimit({ max: loginsPerAddressAndMinute, windowMs: 60_000, now })
  const errors = ['app_unknown', 'code_refused', 'app_misconfigured', 'upstream_unavailable'] as const
  const schema = { tags: ['Logins'], body: loginBody, response: { 200: loginReply } }
  scope.post(
    '/logins',
    {
      ...access.everybody(...errors),
      onRequest: async (request: FastifyRequest) => limit.countOrRefuse(request.ip),
      schema: { summary: 'Logs a user in by the code that WeChat gave the client', ...schema },
    },
    async (request) => {
      const { appId, code } = request.body
      const app = await hub.apps.get(appId)
      const session = await hub.logins.complete({
        app,
        code,
        address: request.ip,
        contract: 'api',
        lifetimeMs,
      })
      const token = session.token.reveal()
      const live = await hub.sessions.findLive(token)
      const user = live && (await hub.users.find(live.userId))
      if (user === null) throw new HubError('user_gone', 'the user was removed at once')
      return { token, openId: session.openId, expiresAt: toSeconds(session.expiresAt), user: toUser(user) }
    },
  )
}
