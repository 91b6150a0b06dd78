import type { Outbound } from '../../outbound/outbound.ts'
import { toUnreachable } from '../../outbound/unreachable.ts'
import type { OutgoingMessage } from './outgoing-messages-store.ts'
import { signWebhook } from './signature.ts'
import type { SigningWebhook } from './webhook.ts'
import { toWebhookBody } from './webhook-body.ts'

/** What came of an attempt. `gone`: the subscriber wants nothing any more (HTTP 410). */
export type AttemptResult = {
  outcome: 'delivered' | 'refused' | 'gone' | 'unreachable' | 'stopped'
  status: number | null
  error: string | null
  retryAfter: string | null
}

type Deps = { outbound: Pick<Outbound, 'post'>; now: () => number; signal: AbortSignal }

/** Sends a message to a webhook, once. The id is the same at each attempt, so that a subscriber can drop repeats. */
export async function attemptDelivery(
  { outbound, now, signal }: Deps,
  webhook: SigningWebhook,
  message: OutgoingMessage,
): Promise<AttemptResult> {
  try {
    const body = toWebhookBody(message)
    const timestamp = Math.floor(now() / 1000)
    const id = `msg_${message.id}_${webhook.id}`
    const signed = signWebhook(liveSecrets(webhook, now()), { id, timestamp, body })
    const headers = { 'content-type': 'application/json', 'user-agent': 'WeHub', ...signed }
    const { status, retryAfter } = await outbound.post({ url: webhook.url, headers, body }, signal)
    return { outcome: toOutcome(status), status, error: null, retryAfter }
  } catch (error) {
    // What cannot be sent at all follows the schedule too: it must not be tried for ever.
    const { reason } = toUnreachable(error)
    const outcome = reason === 'stopped' ? 'stopped' : 'unreachable'
    return { outcome, status: null, error: reason, retryAfter: null }
  }
}

function liveSecrets({ secret, former }: SigningWebhook, now: number) {
  return former !== null && former.until > now ? [secret, former.secret] : [secret]
}

function toOutcome(status: number): AttemptResult['outcome'] {
  if (status >= 200 && status < 300) return 'delivered'
  return status === 410 ? 'gone' : 'refused'
}
