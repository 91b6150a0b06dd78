import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import type { ApiKey } from '../../hub/api-keys/api-keys-store.ts'
import { canSeeKey, changeWithinBounds, withinBounds } from '../../hub/api-keys/key-bounds.ts'
import { actorOf, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import { listById, pageQuery, readPage } from '../paging.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { nothing, query, toSeconds } from '../schemas.ts'
import { keyChange, keyPage, keyParams, keyReply, newKey, newKeyReply } from './schemas.ts'

export function registerKeys(scope: HttpApp, parts: ApiParts): void {
  registerOneKey(scope, parts)
  const { hub, access } = parts
  const listing = { tags: ['Keys'], querystring: query(pageQuery), response: { 200: keyPage } }
  scope.get(
    '/keys',
    { ...access.key('admin'), schema: { summary: 'The keys that the key sees', ...listing } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const seen = (await hub.apiKeys.list()).filter((key) => canSeeKey(principal, key))
      return readPage(hub.cursors, request.query, listById('keys', seen.map(toReply)))
    },
  )

  const adding = { tags: ['Keys'], body: newKey, response: { 201: newKeyReply } }
  scope.post(
    '/keys',
    { ...access.key('admin'), schema: { summary: 'Makes a key, never wider than the one used', ...adding } },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { expiresAt, ...input } = request.body
      const wanted = { ...input, expiresAt: expiresAt == null ? null : expiresAt * 1000 }
      const { id, key } = await hub.apiKeys.add(withinBounds(principal, wanted), actorOf(principal))
      return reply.status(201).send({ id, key: key.reveal() })
    },
  )
}

function registerOneKey(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofKey = { tags: ['Keys'], params: keyParams }
  scope.get(
    '/keys/:id',
    {
      ...access.key('admin', 'not_found'),
      schema: { summary: 'One key', ...ofKey, response: { 200: keyReply } },
    },
    async (request) => toReply(await getSeen(hub, guardedPrincipal(request), request.params.id)),
  )

  const changing = { summary: 'Changes the name, the scopes or the end of a key', ...ofKey, body: keyChange }
  scope.patch(
    '/keys/:id',
    { ...access.key('admin', 'not_found'), schema: { ...changing, response: { 200: keyReply } } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      const { expiresAt, ...rest } = request.body
      const change = { ...rest, ...(expiresAt !== undefined && { expiresAt: expiresAt && expiresAt * 1000 }) }
      return toReply(await hub.apiKeys.change(id, changeWithinBounds(principal, change), actorOf(principal)))
    },
  )

  scope.delete(
    '/keys/:id',
    {
      ...access.key('admin', 'not_found'),
      schema: { summary: 'Revokes a key', ...ofKey, response: { 204: nothing } },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      await hub.apiKeys.remove(id, actorOf(principal))
      return reply.status(204).send(null)
    },
  )
}

async function getSeen(hub: ApiHub, principal: Principal, id: string): Promise<ApiKey> {
  const key = await hub.apiKeys.find(Number(id))
  if (key === null || !canSeeKey(principal, key)) throw new HubError('not_found', 'no such key for this key')
  return key
}

function toReply({ hash: _hash, expiresAt, lastUsedAt, createdAt, ...shown }: ApiKey) {
  return {
    ...shown,
    expiresAt: expiresAt && toSeconds(expiresAt),
    lastUsedAt: lastUsedAt && toSeconds(lastUsedAt),
    createdAt: toSeconds(createdAt),
  }
}
