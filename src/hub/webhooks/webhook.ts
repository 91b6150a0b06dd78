import type { Secret } from '../../secret.ts'
import type { Message } from '../messages/message.ts'

/** A subscriber: whoever wants to be told of messages at a URL. A filter that is null lets all through. */
export type Webhook = {
  id: number
  tenantId: number
  name: string
  url: string
  apps: readonly string[] | null
  kinds: readonly string[] | null
  /** Of messages of the kind `event`; the others are not concerned. */
  events: readonly string[] | null
  createdAt: number
  /** The first failure since the last success. */
  failingSince: number | null
  disabledAt: number | null
}

/** With what its deliveries are signed: two secrets for a day after a rotation, the newest first. */
export type SigningWebhook = Webhook & { secret: Secret; former: { secret: Secret; until: number } | null }

export type MatchedMessage = Pick<Message, 'appId' | 'kind' | 'event'>

/** Whether a webhook of the app's tenant wants a message. Case does not matter: WeChat mixes it in event names. */
export function wantsMessage(webhook: Webhook, { appId, kind, event }: MatchedMessage): boolean {
  if (webhook.disabledAt !== null) return false
  if (webhook.apps !== null && !webhook.apps.includes(appId)) return false
  if (!includesName(webhook.kinds, kind)) return false
  return event === null || includesName(webhook.events, event)
}

function includesName(names: readonly string[] | null, name: string): boolean {
  return names?.includes(name.toLowerCase()) ?? true
}
