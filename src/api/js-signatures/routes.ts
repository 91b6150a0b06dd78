import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { appParams } from '../apps/schemas.ts'
import { getSeenApp } from '../reach.ts'
import type { ApiParts } from '../routes.ts'
import { pageBody, signatureReply } from './schemas.ts'

export function registerJsSignatures(scope: HttpApp, { hub, access }: ApiParts): void {
  const errors = [
    'app_unknown',
    'app_wrong_kind',
    'app_misconfigured',
    'upstream_refused',
    'upstream_limited',
    'upstream_unavailable',
  ] as const
  const signing = { params: appParams, body: pageBody, response: { 200: signatureReply } }
  scope.post(
    '/apps/:appId/js-signature',
    {
      ...access.key('tokens:read', ...errors),
      schema: { summary: 'Signs a page of an official account for the JS-SDK', tags: ['Pages'], ...signing },
    },
    async (request) => {
      const app = await getSeenApp(hub.apps, guardedPrincipal(request), request.params.appId)
      return hub.jsSignatures.sign(app, request.body.url)
    },
  )
}
