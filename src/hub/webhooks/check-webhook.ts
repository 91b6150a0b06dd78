import { HubError } from '../errors.ts'
import { checkName } from '../name.ts'
import type { Webhook } from './webhook.ts'

export type WebhookInput = Pick<Webhook, 'name' | 'url' | 'apps' | 'kinds' | 'events'>

type Bounds = { checkUrl: (url: string) => void; hasApp: (appId: string) => boolean }

/** The given fields of a webhook as they are stored, or bad_request. */
export function checkWebhook<T extends Partial<WebhookInput>>(given: T, { checkUrl, hasApp }: Bounds): T {
  const { name, url, apps, kinds, events } = given
  if (name !== undefined) checkName(name)
  if (url !== undefined) checkUrl(url)
  if (apps?.some((appId) => !hasApp(appId))) {
    throw new HubError('bad_request', 'apps names an app that the tenant does not have')
  }
  return {
    ...given,
    ...(apps !== undefined && { apps: toSet('apps', apps) }),
    ...(kinds !== undefined && { kinds: toSet('kinds', toNames('kinds', kinds)) }),
    ...(events !== undefined && { events: toSet('events', toNames('events', events)) }),
  }
}

/** Without case, as they are compared. */
function toNames(field: string, names: readonly string[] | null): string[] | null {
  if (names?.some((name) => !/^[\w-]{1,64}$/.test(name))) {
    throw new HubError('bad_request', `${field} holds what is no name`)
  }
  return names?.map((name) => name.toLowerCase()) ?? null
}

function toSet(field: string, names: readonly string[] | null): string[] | null {
  if (names === null) return null
  if (names.length === 0) throw new HubError('bad_request', `${field} is empty: leave it out for all`)
  return [...new Set(names)]
}
