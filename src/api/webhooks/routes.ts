import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, type Principal } from '../../hub/api-keys/principal.ts'
import { listById, pageQuery, readPage } from '../paging.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { nothing, query } from '../schemas.ts'
import { registerDeliveries } from './delivery-routes.ts'
import { boundApps, canSeeWebhook, getSeenWebhook, tenantFor } from './reach.ts'
import {
  newWebhook,
  newWebhookReply,
  secretReply,
  webhookChange,
  webhookPage,
  webhookParams,
  webhookReply,
} from './schemas.ts'
import { toWebhook } from './to-webhook.ts'

export function registerWebhooks(scope: HttpApp, parts: ApiParts): void {
  registerOneWebhook(scope, parts)
  registerDeliveries(scope, parts)
  const { hub, access } = parts
  const listing = { tags: ['Webhooks'], querystring: query(pageQuery), response: { 200: webhookPage } }
  scope.get(
    '/webhooks',
    { ...access.key('webhooks'), schema: { summary: 'The webhooks that the key sees', ...listing } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const seen = (await hub.webhooks.list()).filter((webhook) => canSeeWebhook(principal, webhook))
      return readPage(hub.cursors, request.query, listById('webhooks', seen.map(toWebhook)))
    },
  )

  const adding = { tags: ['Webhooks'], body: newWebhook, response: { 201: newWebhookReply } }
  scope.post(
    '/webhooks',
    {
      ...access.key('webhooks', 'app_unknown', 'conflict'),
      schema: { summary: 'Adds a webhook: messages are sent to it from now on', ...adding },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { tenantId: wanted, name = 'webhook', url, kinds = null, events = null } = request.body
      const apps = boundApps(principal, request.body.apps ?? null)
      const tenantId = await tenantFor(hub, principal, wanted, apps)
      const input = { name, url, apps, kinds, events }
      const { webhook, secret } = await hub.webhooks.add(tenantId, input, actorOf(principal))
      return reply.status(201).send({ ...toWebhook(webhook), secret: secret.reveal() })
    },
  )
}

function registerOneWebhook(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofWebhook = { tags: ['Webhooks'], params: webhookParams }
  scope.get(
    '/webhooks/:id',
    {
      ...access.key('webhooks', 'not_found'),
      schema: { summary: 'One webhook', ...ofWebhook, response: { 200: webhookReply } },
    },
    async (request) => toWebhook(await getSeen(hub, guardedPrincipal(request), request.params.id)),
  )

  const changing = { summary: 'Changes a webhook, or enables it again', ...ofWebhook, body: webhookChange }
  scope.patch(
    '/webhooks/:id',
    { ...access.key('webhooks', 'not_found'), schema: { ...changing, response: { 200: webhookReply } } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      const { enabled, apps, ...rest } = request.body
      const change = {
        ...rest,
        ...(apps !== undefined && { apps: boundApps(principal, apps) }),
        ...(enabled !== undefined && { isEnabled: enabled }),
      }
      return toWebhook(await hub.webhooks.change(id, change, actorOf(principal)))
    },
  )

  scope.delete(
    '/webhooks/:id',
    {
      ...access.key('webhooks', 'not_found'),
      schema: { summary: 'Removes a webhook with its deliveries', ...ofWebhook, response: { 204: nothing } },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      await hub.webhooks.remove(id, actorOf(principal))
      return reply.status(204).send(null)
    },
  )

  const rotating = { summary: 'A new secret; for 24 h the former one signs too', ...ofWebhook }
  scope.post(
    '/webhooks/:id/secret',
    { ...access.key('webhooks', 'not_found'), schema: { ...rotating, response: { 200: secretReply } } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      return { secret: (await hub.webhooks.rotateSecret(id, actorOf(principal))).reveal() }
    },
  )
}

function getSeen(hub: ApiHub, principal: Principal, id: string) {
  return getSeenWebhook(hub.webhooks, principal, id)
}
