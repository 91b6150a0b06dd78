import { type Database, isForeignKeyViolation } from '../../database/database.ts'
import { isOutage } from '../../database/outage.ts'
import { HubError } from '../errors.ts'
import { applyMessage, isApplied, type Revocation } from './apply-message.ts'
import { insertMessages, type NewMessage } from './messages-store.ts'
import type { Subscribers } from './subscribers.ts'

export type Outcome = 'stored' | 'duplicate'

type Waiting = {
  message: NewMessage
  key: string
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

type Deps = {
  database: Database
  subscribers: Subscribers
  /** Told after the commit; fails for nothing. */
  onRevoked: (revocations: readonly Revocation[]) => Promise<void>
  /** Looks which apps and webhooks there are. */
  refreshSetup: () => Promise<void>
  now: () => number
}

const maxTogether = 128
const maxWaiting = 10_000
const maxTries = 4

/**
 * Stores messages. Those that arrive while a commit is under way share the next one; nobody is told before what
 * they brought is on disk. What a message asks for, and its deliveries, are stored with it or not at all.
 */
export function createMessageWriter(deps: Deps) {
  const { database, subscribers, onRevoked, refreshSetup, now } = deps

  const waiting: Waiting[] = []
  let isWriting = false

  async function writeTogether(batch: readonly Waiting[]): Promise<Map<string, number>> {
    // All nodes in one order: two that hold what the other wants would both be stuck.
    const distinct = new Map(batch.map(({ key, message }) => [key, message]))
    const ordered = [...distinct].sort(([one], [other]) => (one < other ? -1 : 1))
    let revocations: Revocation[] = []
    const ids = await database.durableTransaction(async (sql) => {
      const stored = await insertMessages(
        sql,
        ordered.map(([, message]) => message),
      )
      revocations = []
      const deliveries: { messageId: number; webhookId: number }[] = []
      for (const [key, message] of ordered) {
        const messageId = stored.get(key)
        if (messageId === undefined) continue
        const revocation = isApplied(message) ? await applyMessage(sql, message, now()) : null
        if (revocation !== null) revocations.push(revocation)
        for (const webhookId of subscribers.match(message)) deliveries.push({ messageId, webhookId })
      }
      if (deliveries.length > 0) await subscribers.insertDeliveries(sql, deliveries, now())
      return stored
    })
    if (revocations.length > 0) await onRevoked(revocations)
    if (ids.size > 0) subscribers.wake()
    return ids
  }

  async function writeAgain(batch: readonly Waiting[]): Promise<Map<string, number>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await writeTogether(batch)
      } catch (error) {
        // A webhook was removed, and this node has not seen it yet.
        if (!isForeignKeyViolation(error) || attempt === maxTries) throw error
        await refreshSetup()
      }
    }
  }

  function settle(batch: readonly Waiting[], ids: Map<string, number>): void {
    for (const { key, resolve } of batch) {
      // Of equal ones in a batch the first is the one that was stored.
      resolve(ids.delete(key) ? 'stored' : 'duplicate')
    }
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      settle(batch, await writeAgain(batch))
    } catch (error) {
      const isOut = isOutage(error)
      const isTriedApart = batch.length > 1 && !isOut
      // WeChat waits 5 s: who is in the queue must not wait for one vain attempt after the other.
      for (const one of isOut ? [...batch, ...waiting.splice(0)] : batch) {
        // One that cannot be stored must not take others with it.
        if (isTriedApart) await write([one])
        else one.reject(error)
      }
    }
  }

  async function writeAll(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) await write(waiting.splice(0, maxTogether))
    isWriting = false
  }

  return {
    /** Resolves when the message is on disk, now or before. */
    async write(message: NewMessage): Promise<Outcome> {
      if (waiting.length >= maxWaiting) throw new HubError('storage_unavailable', 'too many messages wait')
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
      waiting.push({ message, key: message.dedupeKey.toString('hex'), resolve, reject })
      if (!isWriting) void writeAll()
      return promise
    },
  }
}
