import type { FastifyRequest } from 'fastify'
import { isTrustedCaller } from '../../http/trusted-network.ts'
import type { App, AppKind } from '../../hub/apps/app.ts'
import { hasSecret } from '../../hub/apps/app.ts'
import { HubError } from '../../hub/errors.ts'
import type { Hub } from '../../hub/hub.ts'
import { Secret } from '../../secret.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The app that the path names, once the guard let the request through. */
    app: App | null
  }
}

type Path = { appId: string; credential?: string }

/**
 * The checks that come before all others: the app in the path is known and of a kind that the call is for
 * (40013), and the secret in the path is one of its live secrets (40125). WeChat is not asked before, but
 * for an app that a trusted caller may enroll.
 */
export function createPathGuard(
  hub: Pick<Hub, 'apps' | 'enrollment'>,
  kinds: readonly [AppKind, ...AppKind[]],
) {
  function admit(request: FastifyRequest, app: App | null): App {
    if (app === null) throw new HubError('app_unknown', 'no app has this appId')
    if (!kinds.includes(app.kind))
      throw new HubError('app_wrong_kind', 'the call is not for this kind of app')
    request.app = app
    return app
  }

  /** What an unknown app would be, is known from the path that names it. */
  async function enroll(request: FastifyRequest, { appId, credential = '' }: Path): Promise<App | null> {
    const mayEnroll = request.mount?.options.enroll === true && isTrustedCaller(request)
    if (!mayEnroll || credential === '') return null
    return hub.enrollment.enroll({ appId, kind: kinds[0], secret: new Secret(credential) })
  }

  return {
    async app(request: FastifyRequest): Promise<void> {
      admit(request, await hub.apps.find(pathOf(request).appId))
    },
    async secret(request: FastifyRequest): Promise<void> {
      const path = pathOf(request)
      const app = admit(request, (await hub.apps.find(path.appId)) ?? (await enroll(request, path)))
      if (hasSecret(app, path.credential ?? '')) return
      throw new HubError('secret_refused', "the path's secret is not the app's")
    },
  }
}

function pathOf({ params }: FastifyRequest): Path {
  return params as Path // the routes' patterns have these names
}

export function guardedApp({ app }: FastifyRequest): App {
  if (app === null) throw new HubError('internal', 'a route without a guard')
  return app
}
