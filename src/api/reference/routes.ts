import type { HttpApp } from '../../http/http.ts'
import { registerSurface } from '../../http/surface.ts'
import { toErrorReply } from '../problems.ts'
import type { ApiRoute } from './describe-route.ts'
import type { Reference } from './reference.ts'

/** The document and the page. Made when first asked for: few hubs are, and a start should not pay for it. */
export function registerReference(http: HttpApp): void {
  const routes: ApiRoute[] = []
  let made: Promise<Reference> | undefined
  http.addHook('onRoute', ({ method, url, schema, config }) => {
    if (config?.access !== undefined && schema !== undefined && method !== 'HEAD') {
      routes.push({ method: String(method), url, schema, access: config.access })
    }
  })

  registerSurface(http, { prefix: '/api', toErrorReply }, (scope) => {
    for (const url of ['/openapi.json', '/docs', '/docs/*']) {
      scope.get(url, async (request, reply) => {
        made ??= import('./reference.ts').then(({ createReference }) => createReference(routes))
        const reference = await made
        reply.hijack()
        reference.routing(request.raw, reply.raw)
      })
    }
  })
}
