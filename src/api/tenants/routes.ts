import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, canSeeTenant, isInstanceWide, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { Tenant } from '../../hub/tenants/tenants-store.ts'
import { type PagedList, pageQuery, readPage } from '../paging.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { nothing, query } from '../schemas.ts'
import { tenantBody, tenantPage, tenantParams, tenantReply } from './schemas.ts'

export function registerTenants(scope: HttpApp, parts: ApiParts): void {
  registerOneTenant(scope, parts)
  const { hub, access } = parts
  const listing = { tags: ['Tenants'], querystring: query(pageQuery), response: { 200: tenantPage } }
  scope.get(
    '/tenants',
    { ...access.key('admin'), schema: { summary: 'The tenants that the key sees', ...listing } },
    async (request) => readPage(hub.cursors, request.query, listSeen(hub, guardedPrincipal(request))),
  )

  const adding = { tags: ['Tenants'], body: tenantBody, response: { 201: tenantReply } }
  scope.post(
    '/tenants',
    { ...access.key('admin', 'conflict'), schema: { summary: 'Adds a tenant', ...adding } },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      requireInstance(principal)
      return reply.status(201).send(await hub.tenants.add(request.body.name, actorOf(principal)))
    },
  )
}

function registerOneTenant(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofTenant = { tags: ['Tenants'], params: tenantParams }
  scope.get(
    '/tenants/:id',
    {
      ...access.key('admin', 'not_found'),
      schema: { summary: 'One tenant', ...ofTenant, response: { 200: tenantReply } },
    },
    (request) => getSeen(hub, guardedPrincipal(request), request.params.id),
  )

  const renaming = { summary: 'Renames a tenant', ...ofTenant, body: tenantBody }
  scope.patch(
    '/tenants/:id',
    {
      ...access.key('admin', 'not_found', 'conflict'),
      schema: { ...renaming, response: { 200: tenantReply } },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      requireInstance(principal)
      return hub.tenants.rename(id, request.body.name, actorOf(principal))
    },
  )

  const removing = { summary: 'Removes a tenant without apps, users and keys', ...ofTenant }
  scope.delete(
    '/tenants/:id',
    {
      ...access.key('admin', 'not_found', 'conflict'),
      schema: { ...removing, response: { 204: nothing } },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      requireInstance(principal)
      await hub.tenants.remove(id, actorOf(principal))
      return reply.status(204).send(null)
    },
  )
}

function listSeen(hub: ApiHub, { tenantId }: Principal): PagedList<Tenant> {
  return {
    name: 'tenants',
    positionOf: ({ id }) => String(id),
    async read(after, count) {
      if (tenantId === null) return hub.tenants.list(Number(after ?? 0), count)
      const own = await hub.tenants.find(tenantId)
      return own === null || after !== null ? [] : [own]
    },
  }
}

async function getSeen(hub: ApiHub, principal: Principal, id: string): Promise<Tenant> {
  const isSeen = canSeeTenant(principal, Number(id))
  const tenant = isSeen ? await hub.tenants.find(Number(id)) : null
  if (tenant === null) throw new HubError('not_found', 'no such tenant, or not for this key')
  return tenant
}

function requireInstance(principal: Principal): void {
  if (isInstanceWide(principal)) return
  throw new HubError('forbidden', 'a key that is bound to a tenant changes no tenants')
}
