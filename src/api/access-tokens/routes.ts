import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { appParams } from '../apps/schemas.ts'
import { getSeenApp } from '../reach.ts'
import type { ApiParts } from '../routes.ts'
import { toSeconds } from '../schemas.ts'
import { accessTokenReply, failedToken, reportReply } from './schemas.ts'

export function registerAccessTokens(scope: HttpApp, { hub, access }: ApiParts): void {
  const errors = ['app_unknown', 'app_wrong_kind', 'app_misconfigured', 'upstream_unavailable'] as const
  const reading = { tags: ['Access tokens'], params: appParams, response: { 200: accessTokenReply } }
  scope.get(
    '/apps/:appId/access-token',
    {
      ...access.key('tokens:read', ...errors),
      schema: { summary: "The app's access token, for calls to WeChat", ...reading },
    },
    async (request) => {
      const app = await getSeenApp(hub.apps, guardedPrincipal(request), request.params.appId)
      const { value, expiresAt } = await hub.accessTokens.current(app)
      return { accessToken: value.reveal(), expiresAt: toSeconds(expiresAt) }
    },
  )

  const reporting = { params: appParams, body: failedToken, response: { 200: reportReply } }
  scope.post(
    '/apps/:appId/access-token/report',
    {
      ...access.key('tokens:read', ...errors),
      schema: { summary: 'Says that an access token failed', tags: ['Access tokens'], ...reporting },
    },
    async (request) => {
      const app = await getSeenApp(hub.apps, guardedPrincipal(request), request.params.appId)
      return { replaced: await hub.accessTokens.report(app, request.body.token) }
    },
  )
}
