import type { OutgoingMessage } from './outgoing-messages-store.ts'

/** What a subscriber is sent: the form that Standard Webhooks recommends. */
export function toWebhookBody(message: OutgoingMessage): string {
  const { id, appId, openId, userId, kind, event, createdAt, content } = message
  return JSON.stringify({
    type: event === null ? `message.${kind}` : `event.${event}`,
    timestamp: new Date(createdAt).toISOString(),
    data: { id, appId, openId, userId, kind, event, createdAt: Math.floor(createdAt / 1000), content },
  })
}
