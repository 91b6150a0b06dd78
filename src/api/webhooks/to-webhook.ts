import type { Delivery } from '../../hub/webhooks/deliveries-store.ts'
import type { Webhook } from '../../hub/webhooks/webhook.ts'
import { toSeconds } from '../schemas.ts'

export function toWebhook({ createdAt, disabledAt, failingSince, apps, kinds, events, ...shown }: Webhook) {
  return {
    ...shown,
    apps: apps && [...apps],
    kinds: kinds && [...kinds],
    events: events && [...events],
    enabled: disabledAt === null,
    disabledAt: disabledAt && toSeconds(disabledAt),
    failingSince: failingSince && toSeconds(failingSince),
    createdAt: toSeconds(createdAt),
  }
}

export function toDelivery({ messageId, state, attempts, nextAttemptAt, replays, ...others }: Delivery) {
  const { recentAttempts, createdAt, deliveredAt } = others
  return {
    messageId,
    state,
    failedAttempts: attempts,
    nextAttemptAt: nextAttemptAt && toSeconds(nextAttemptAt),
    replays,
    createdAt: toSeconds(createdAt),
    deliveredAt: deliveredAt && toSeconds(deliveredAt),
    attempts: recentAttempts.map(({ at, ...attempt }) => ({ at: toSeconds(at), ...attempt })),
  }
}
