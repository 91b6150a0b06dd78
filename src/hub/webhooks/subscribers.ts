import type { App } from '../apps/app.ts'
import type { Subscribers } from '../messages/subscribers.ts'
import type { Setup } from '../setup/setup.ts'
import { insertDeliveries } from './deliveries-store.ts'
import type { Dispatcher } from './dispatcher.ts'
import { type Webhook, wantsMessage } from './webhook.ts'

type Deps = {
  setup: Setup<{ webhooks: readonly Webhook[]; apps: ReadonlyMap<string, Pick<App, 'tenantId'>> }>
  dispatcher: Pick<Dispatcher, 'wake'>
}

/** What the gateway needs to know of webhooks. */
export function createSubscribers({ setup, dispatcher }: Deps): Subscribers {
  return {
    match(message) {
      const { webhooks, apps } = setup.last()
      const tenantId = apps.get(message.appId)?.tenantId
      return webhooks
        .filter((webhook) => webhook.tenantId === tenantId && wantsMessage(webhook, message))
        .map(({ id }) => id)
    },

    insertDeliveries,

    wake: dispatcher.wake,
  }
}
