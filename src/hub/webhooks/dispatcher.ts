import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../database/database.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import type { Observer } from '../observer.ts'
import type { Setup } from '../setup/setup.ts'
import { attemptDelivery } from './attempt.ts'
import { type Claim, claimDeliveries, listDueWebhooks, releaseDelivery } from './deliveries-store.ts'
import { createLane, type Lane, type Task } from './lane.ts'
import { listOutgoingMessages, type OutgoingMessage } from './outgoing-messages-store.ts'
import { settleDelivery } from './settle-delivery.ts'
import type { SigningWebhook } from './webhook.ts'

export type Dispatcher = ReturnType<typeof createDispatcher>

type Deps = {
  database: Database
  setup: Setup<{ webhooks: readonly SigningWebhook[] }>
  outbound: Pick<Outbound, 'post'>
  observer: Observer
  now: () => number
}

/** Longer than an attempt can take (15 s): after it the node that claimed is believed to be dead. */
const claimMs = 30_000
/** Pushes that come within it are looked for together. */
const gatherMs = 10
/** What is under way when the hub stops may end by itself for so long. */
const graceMs = 3000

/**
 * Sends what is due, at least once. A delivery is claimed before it is sent; several nodes share the work, and
 * the claim of one that dies runs out. Nothing is in memory but what is being sent.
 */
export function createDispatcher(deps: Deps) {
  const { database, setup, now } = deps
  const stop = new AbortController()
  // Every attempt under way listens: no leak, so no warning.
  setMaxListeners(0, stop.signal)
  const lanes = new Map<number, Lane>()
  let onError: ((error: unknown) => void) | null = null
  let gathering: NodeJS.Timeout | null = null
  let looking: Promise<void> = Promise.resolve()
  let isClosing = false

  async function claim(webhookId: number, limit: number): Promise<Task[]> {
    const webhook = setup.last().webhooks.find(({ id }) => id === webhookId)
    if (webhook === undefined || webhook.disabledAt !== null) return []
    const time = now()
    const request = { webhookId, now: time, until: time + claimMs, limit }
    const claims = await claimDeliveries(database.sql, request)
    const messages = await listMessagesOf(database, claims)
    return claims.flatMap((one) => {
      const message = messages.get(one.messageId)
      // A message that was removed since took its deliveries with it.
      return message === undefined ? [] : [() => deliver(deps, stop.signal, { webhook, claim: one, message })]
    })
  }

  function laneOf(webhookId: number): Lane {
    const known = lanes.get(webhookId)
    if (known !== undefined) return known
    const claimHere = (limit: number) => claim(webhookId, limit)
    const lane = createLane({ claim: claimHere, onError: (error) => onError?.(error) })
    lanes.set(webhookId, lane)
    return lane
  }

  async function look(): Promise<void> {
    for (const webhookId of await listDueWebhooks(database.sql, now())) {
      if (!isClosing) laneOf(webhookId).fill()
    }
  }

  return {
    /** From now on this process delivers. What fails unexpectedly is told, and tried again when its claim is over. */
    start(tell: (error: unknown) => void): void {
      onError = tell
    },

    /** Begins what is due; for a job that looks every second. */
    look,

    /** Deliveries were stored: look soon. Nothing in a process that does not deliver, such as a command. */
    wake(): void {
      if (onError === null || isClosing || gathering !== null) return
      gathering = setTimeout(() => {
        gathering = null
        looking = look().catch((error) => onError?.(error))
      }, gatherMs)
      gathering.unref()
    },

    /** What is under way gets a few seconds; what hangs is given back, for another node or the next start. */
    async close(): Promise<void> {
      isClosing = true
      if (gathering !== null) clearTimeout(gathering)
      await looking
      const ended = Promise.all([...lanes.values()].map((lane) => lane.close()))
      await Promise.race([ended, delay(graceMs, undefined, { ref: false })])
      stop.abort()
      await ended
    },
  }
}

type Errand = { webhook: SigningWebhook; claim: Claim; message: OutgoingMessage }

async function deliver(deps: Deps, signal: AbortSignal, { webhook, claim, message }: Errand): Promise<void> {
  const { database, outbound, observer, now } = deps
  const startedAt = now()
  const began = performance.now()
  const result = await attemptDelivery({ outbound, now, signal }, webhook, message)
  if (result.outcome === 'stopped') return releaseDelivery(database.sql, claim, now())
  observer.deliveryAttempted(result.outcome)
  const durationMs = Math.round(performance.now() - began)
  await settleDelivery(deps, claim, { result, startedAt, durationMs })
}

async function listMessagesOf({ sql }: Database, claims: readonly Claim[]) {
  if (claims.length === 0) return new Map<number, OutgoingMessage>()
  const messages = await listOutgoingMessages(
    sql,
    claims.map(({ messageId }) => messageId),
  )
  return new Map(messages.map((message) => [message.id, message]))
}
