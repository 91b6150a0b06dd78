import { verifyAccessToken } from '../access-tokens/verify-access-token.ts'
import type { App } from '../apps/app-store.ts'
import type { SandboxRequest } from '../http/request.ts'
import { parseJsonBody, toText } from '../upstream/json-body.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { World } from '../world.ts'

export type Order = { app: App; openid: string; message: Record<string, unknown> }

/** What all calls that send something begin with: the token, the JSON, and a receiver that the app knows. */
export function readOrder(world: World, request: SandboxRequest, kinds: readonly App['kind'][]): Order {
  const app = verifyAccessToken(world, request)
  if (!kinds.includes(app.kind)) throw new UpstreamError(48001)
  const message = parseJsonBody(request.body)
  const openid = toText(message.touser)
  if (world.users.findByOpenid(openid, app) === null) throw new UpstreamError(40003)
  return { app, openid, message }
}

/** Without a list of its own an app has every template of a likely name. */
export function readTemplateId({ templates }: App, { template_id: given }: Order['message']): string {
  const id = toText(given)
  const isKnown = templates ? templates.includes(id) : /^[\w-]{1,64}$/.test(id)
  if (!isKnown) throw new UpstreamError(40037)
  return id
}
