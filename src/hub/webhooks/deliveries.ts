import type { Database } from '../../database/database.ts'
import type { App } from '../apps/app.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import {
  type Delivery,
  type DeliveryState,
  deleteDeliveries,
  findDelivery,
  listDeliveries,
  type ReplayRequest,
  upsertReplays,
} from './deliveries-store.ts'
import type { Dispatcher } from './dispatcher.ts'
import { findLastIdBefore, listMessageMarks } from './outgoing-messages-store.ts'
import { type Webhook, wantsMessage } from './webhook.ts'

export type Deliveries = ReturnType<typeof createDeliveries>

type Deps = {
  database: Database
  setup: Setup<{ apps: ReadonlyMap<string, App> }>
  dispatcher: Pick<Dispatcher, 'wake'>
  now: () => number
}

/** Those that are over are kept for so long. */
const keptMs = 30 * 24 * 60 * 60 * 1000
const maxReplaysAtOnce = 500

/** Times are unix milliseconds, of when the messages came; `after` is where the page before ended. */
export type ReplayRange = { from: number; to: number; after: number | null; onlyUndelivered: boolean }

/** What was sent to webhooks, what is still to be sent, and sending it again. */
export function createDeliveries({ database, setup, dispatcher, now }: Deps) {
  function checkEnabled({ disabledAt }: Webhook): void {
    if (disabledAt !== null) throw new HubError('conflict', 'the webhook is disabled: enable it first')
  }

  async function get(webhookId: number, messageId: number): Promise<Delivery> {
    const delivery = await findDelivery(database.sql, webhookId, messageId)
    if (delivery === null) throw new HubError('not_found', 'no such delivery')
    return delivery
  }

  function replayNoted(
    { id, tenantId }: Webhook,
    request: ReplayRequest,
    detail: object,
    actor: Actor,
  ): Promise<number> {
    return database.transaction(async (sql) => {
      const noted = { action: 'webhook.replayed', subject: `webhook:${id}`, tenantId, detail }
      await insertAuditEntry(sql, { ...noted, at: now(), actor })
      return upsertReplays(sql, request)
    })
  }

  return {
    get,

    /** Newest message first; up to `limit` of messages before this one. */
    list: (
      webhookId: number,
      page: { state: DeliveryState | null; before: number | null; limit: number },
    ): Promise<Delivery[]> => listDeliveries(database.sql, { webhookId, ...page }),

    /** Delivers a message anew, whatever became of it. Throws not_found, conflict. */
    async replay(webhook: Webhook, messageId: number, actor: Actor): Promise<Delivery> {
      checkEnabled(webhook)
      const { id: webhookId } = webhook
      await get(webhookId, messageId)
      const request = { webhookId, messageIds: [messageId], now: now(), onlyUndelivered: false }
      await replayNoted(webhook, request, { messageId }, actor)
      dispatcher.wake()
      return get(webhookId, messageId)
    },

    /**
     * Delivers the messages of a span of time that the webhook wants, also those that came before it was made
     * or while it was disabled; a page of up to 500 messages. `next` is null at the end.
     */
    async replayRange(
      webhook: Webhook,
      range: ReplayRange,
      actor: Actor,
    ): Promise<{ replayed: number; next: number | null }> {
      checkEnabled(webhook)
      const { from, to, onlyUndelivered } = range
      const after = range.after ?? (await findLastIdBefore(database.sql, from))
      const appIds = webhook.apps ?? (await listAppIds(webhook.tenantId))
      const marks = await listMessageMarks(database.sql, { appIds, from, to, after, limit: maxReplaysAtOnce })
      const messageIds = marks.filter((mark) => wantsMessage(webhook, mark)).map(({ id }) => id)
      const request = { webhookId: webhook.id, messageIds, now: now(), onlyUndelivered }
      const replayed = await replayNoted(webhook, request, { from, to, onlyUndelivered, after }, actor)
      if (replayed > 0) dispatcher.wake()
      return { replayed, next: marks.length < maxReplaysAtOnce ? null : (marks.at(-1)?.id ?? null) }
    },

    /** Forgets up to `limit` deliveries that are over for 30 days, or have nobody to go to. */
    async purge(limit: number): Promise<number> {
      const upTo = await findLastIdBefore(database.sql, now() - keptMs)
      return deleteDeliveries(database.sql, upTo, limit)
    },
  }

  async function listAppIds(tenantId: number): Promise<string[]> {
    const { apps } = await setup.current()
    return [...apps.values()].filter((app) => app.tenantId === tenantId).map(({ appId }) => appId)
  }
}
