import type { App } from '../apps/app-store.ts'
import type { SandboxRequest } from '../http/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { World } from '../world.ts'

/** The app whose token is in the query. First check of every call that takes an access token. */
export function verifyAccessToken({ tokens, apps }: World, { query }: SandboxRequest): App {
  const { appid } = tokens.verify(query.get('access_token') ?? '')
  const app = apps.find(appid)
  if (app === null) throw new UpstreamError(40001)
  return app
}
