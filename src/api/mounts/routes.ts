import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, isInstanceWide, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { Mount } from '../../hub/mounts/mount.ts'
import { listById, pageQuery, readPage } from '../paging.ts'
import { canSeeMount, getSeenApp } from '../reach.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { nothing, query } from '../schemas.ts'
import { mountChange, mountPage, mountParams, mountReply, newMount } from './schemas.ts'

export function registerMounts(scope: HttpApp, parts: ApiParts): void {
  registerOneMount(scope, parts)
  const { hub, access } = parts
  const listing = { tags: ['Mounts'], querystring: query(pageQuery), response: { 200: mountPage } }
  scope.get(
    '/mounts',
    { ...access.key('apps'), schema: { summary: 'The mounts of the apps that the key sees', ...listing } },
    async (request) => {
      const seen = await listSeen(hub, guardedPrincipal(request))
      return readPage(hub.cursors, request.query, listById('mounts', seen))
    },
  )

  const adding = { tags: ['Mounts'], body: newMount, response: { 201: mountReply } }
  scope.post(
    '/mounts',
    {
      ...access.key('apps', 'app_unknown', 'app_wrong_kind', 'conflict'),
      schema: { summary: 'Mounts a contract on an app', ...adding },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { appId, officialAppId } = request.body
      const named = [appId, officialAppId].filter((one) => one != null)
      for (const one of named) await getSeenApp(hub.apps, principal, one)
      if (named.length === 0 && !isInstanceWide(principal)) {
        throw new HubError('forbidden', 'the key can mount only on its own apps')
      }
      return reply.status(201).send(await hub.mounts.add(request.body, actorOf(principal)))
    },
  )
}

function registerOneMount(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofMount = { tags: ['Mounts'], params: mountParams }
  scope.get(
    '/mounts/:id',
    {
      ...access.key('apps', 'not_found'),
      schema: { summary: 'One mount', ...ofMount, response: { 200: mountReply } },
    },
    (request) => getSeen(hub, guardedPrincipal(request), request.params.id),
  )

  const changing = { summary: 'Replaces the options of a mount', ...ofMount, body: mountChange }
  scope.patch(
    '/mounts/:id',
    { ...access.key('apps', 'not_found'), schema: { ...changing, response: { 200: mountReply } } },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      return hub.mounts.change(id, request.body, actorOf(principal))
    },
  )

  scope.delete(
    '/mounts/:id',
    {
      ...access.key('apps', 'not_found'),
      schema: { summary: 'Takes a mount away', ...ofMount, response: { 204: nothing } },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      await hub.mounts.remove(id, actorOf(principal))
      return reply.status(204).send(null)
    },
  )
}

async function listSeen(hub: ApiHub, principal: Principal): Promise<Mount[]> {
  const seen: Mount[] = []
  for (const mount of await hub.mounts.list()) {
    if (await canSeeMount(hub.apps, principal, mount)) seen.push(mount)
  }
  return seen
}

async function getSeen(hub: ApiHub, principal: Principal, id: string): Promise<Mount> {
  const mount = await hub.mounts.get(Number(id))
  if (!(await canSeeMount(hub.apps, principal, mount))) {
    throw new HubError('not_found', 'the key does not see this mount')
  }
  return mount
}
