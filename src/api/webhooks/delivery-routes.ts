import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, type Principal } from '../../hub/api-keys/principal.ts'
import type { Delivery } from '../../hub/webhooks/deliveries-store.ts'
import { readPage } from '../paging.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { getSeenWebhook } from './reach.ts'
import {
  deliveryPage,
  deliveryParams,
  deliveryQuery,
  deliveryReply,
  replayRange,
  replayReply,
  webhookParams,
} from './schemas.ts'
import { toDelivery } from './to-webhook.ts'

export function registerDeliveries(scope: HttpApp, { hub, access }: ApiParts): void {
  const listing = { tags: ['Webhooks'], params: webhookParams, querystring: deliveryQuery }
  scope.get(
    '/webhooks/:id/deliveries',
    {
      ...access.key('webhooks', 'not_found'),
      schema: { summary: 'What was sent and is to be sent', ...listing, response: { 200: deliveryPage } },
    },
    async (request) => {
      const { id } = await getSeen(hub, guardedPrincipal(request), request.params.id)
      const { state = null } = request.query
      const page = await readPage<Delivery>(hub.cursors, request.query, {
        name: `deliveries:${id}:${state}`,
        positionOf: ({ messageId }) => String(messageId),
        read: (after, limit) =>
          hub.deliveries.list(id, { state, before: after === null ? null : Number(after), limit }),
      })
      return { ...page, items: page.items.map(toDelivery) }
    },
  )

  const ofDelivery = { tags: ['Webhooks'], params: deliveryParams, response: { 200: deliveryReply } }
  scope.get(
    '/webhooks/:id/deliveries/:messageId',
    { ...access.key('webhooks', 'not_found'), schema: { summary: 'One delivery', ...ofDelivery } },
    async (request) => {
      const { id } = await getSeen(hub, guardedPrincipal(request), request.params.id)
      return toDelivery(await hub.deliveries.get(id, Number(request.params.messageId)))
    },
  )

  scope.post(
    '/webhooks/:id/deliveries/:messageId/replay',
    {
      ...access.key('webhooks', 'not_found', 'conflict'),
      schema: { summary: 'Sends a message again, whatever became of it', ...ofDelivery },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const webhook = await getSeen(hub, principal, request.params.id)
      const messageId = Number(request.params.messageId)
      return toDelivery(await hub.deliveries.replay(webhook, messageId, actorOf(principal)))
    },
  )

  const replaying = { tags: ['Webhooks'], params: webhookParams, body: replayRange }
  const summary = 'Sends the messages of a span of time again, a page of up to 500 with each call'
  scope.post(
    '/webhooks/:id/replay',
    {
      ...access.key('webhooks', 'not_found', 'conflict'),
      schema: { summary, ...replaying, response: { 200: replayReply } },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const webhook = await getSeen(hub, principal, request.params.id)
      const { from, to, onlyUndelivered = false, after } = request.body
      const list = `replay:${webhook.id}`
      const range = {
        from: from * 1000,
        to: to * 1000,
        onlyUndelivered,
        after: after === undefined ? null : Number(await hub.cursors.parse(list, after)),
      }
      const { replayed, next } = await hub.deliveries.replayRange(webhook, range, actorOf(principal))
      return { replayed, next: next === null ? null : await hub.cursors.issue(list, String(next)) }
    },
  )
}

function getSeen(hub: ApiHub, principal: Principal, id: string) {
  return getSeenWebhook(hub.webhooks, principal, id)
}
