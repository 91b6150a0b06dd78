import { canSeeTenant, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { Webhook } from '../../hub/webhooks/webhook.ts'
import type { Webhooks } from '../../hub/webhooks/webhooks.ts'
import { chooseTenant, getSeenApp } from '../reach.ts'
import type { ApiHub } from '../routes.ts'

/** A webhook tells its holder of messages: only who may see all of its apps sees it. */
export function canSeeWebhook(principal: Principal, { tenantId, apps }: Webhook): boolean {
  if (!canSeeTenant(principal, tenantId)) return false
  const { apps: own } = principal
  return own === null || (apps?.every((appId) => own.has(appId)) ?? false)
}

export async function getSeenWebhook(
  webhooks: Pick<Webhooks, 'get'>,
  principal: Principal,
  id: string,
): Promise<Webhook> {
  const webhook = await webhooks.get(Number(id))
  if (!canSeeWebhook(principal, webhook)) throw new HubError('not_found', 'the key does not see this webhook')
  return webhook
}

/** What is left open is filled with the key's own apps. */
export function boundApps({ apps: own }: Principal, wanted: string[] | null): string[] | null {
  if (own === null) return wanted
  if (wanted?.some((appId) => !own.has(appId))) {
    throw new HubError('forbidden', 'apps goes beyond the key')
  }
  return wanted ?? [...own]
}

/** The tenant that is asked for; else that of the key or of the apps; else the one that is there from the start. */
export async function tenantFor(
  hub: ApiHub,
  principal: Principal,
  wanted: number | undefined,
  apps: readonly string[] | null,
): Promise<number> {
  const chosen = chooseTenant(principal, wanted)
  if (chosen !== null) return chosen
  const [appId] = apps ?? []
  if (appId !== undefined) return (await getSeenApp(hub.apps, principal, appId)).tenantId
  return (await hub.tenants.ensure()).id
}
