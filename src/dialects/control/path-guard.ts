import type { FastifyRequest } from 'fastify'
import type { App, AppKind } from '../../hub/apps/app.ts'
import { hasSecret } from '../../hub/apps/app.ts'
import type { Apps } from '../../hub/apps/apps.ts'
import { HubError } from '../../hub/errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The app that the path names, once the guard let the request through. */
    app: App | null
  }
}

type Path = { appId: string; credential?: string }

/**
 * The checks that come before all others: the app in the path is known and of a kind that the call is for
 * (40013), and the secret in the path is one of its live secrets (40125). WeChat is not asked before.
 */
export function createPathGuard(apps: Pick<Apps, 'get'>, kinds: readonly AppKind[]) {
  async function findApp(request: FastifyRequest): Promise<App> {
    const { appId } = request.params as Path // the routes' patterns have these names
    const app = await apps.get(appId)
    if (!kinds.includes(app.kind))
      throw new HubError('app_wrong_kind', 'the call is not for this kind of app')
    request.app = app
    return app
  }
  return {
    async app(request: FastifyRequest): Promise<void> {
      await findApp(request)
    },
    async secret(request: FastifyRequest): Promise<void> {
      const app = await findApp(request)
      const { credential = '' } = request.params as Path
      if (!hasSecret(app, credential))
        throw new HubError('secret_refused', "the path's secret is not the app's")
    },
  }
}

export function guardedApp({ app }: FastifyRequest): App {
  if (app === null) throw new HubError('internal', 'a route without a guard')
  return app
}
