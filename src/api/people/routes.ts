import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { registerMembersAsPeople } from './member-routes.ts'
import { exportReply, personParams, receiptReply, toReceipt } from './schemas.ts'

export function registerPeople(scope: HttpApp, parts: ApiParts): void {
  registerMembersAsPeople(scope, parts)
  const { hub, access } = parts
  const ofPerson = { tags: ['People'], params: personParams }
  scope.get(
    '/people/:userId/export',
    {
      ...access.key('privacy', 'not_found'),
      schema: {
        summary: 'Everything held about a person, as one file',
        ...ofPerson,
        response: { 200: exportReply },
      },
    },
    async (request, reply) => {
      const { userId, tenantId, actor } = await toRequest(
        hub,
        guardedPrincipal(request),
        request.params.userId,
      )
      const held = await hub.people.export(userId, tenantId, actor)
      reply.header('content-disposition', `attachment; filename="person-${userId}.json"`)
      return reply.send(held)
    },
  )

  scope.delete(
    '/people/:userId',
    {
      ...access.key('privacy', 'not_found', 'conflict'),
      schema: { summary: 'Erases a person, for good', ...ofPerson, response: { 200: receiptReply } },
    },
    async (request) => {
      const { userId, tenantId, actor } = await toRequest(
        hub,
        guardedPrincipal(request),
        request.params.userId,
      )
      return toReceipt(await hub.people.erase(userId, tenantId, actor))
    },
  )
}

/** A person has identities in all apps of the tenant: a key for some of them sees and erases no whole person. */
async function toRequest(hub: ApiHub, principal: Principal, id: string) {
  const userId = Number(id)
  if (principal.apps !== null) {
    const isSeen = (await hub.users.find(userId, principal)) !== null
    throw new HubError(isSeen ? 'forbidden' : 'not_found', 'the key is for some apps only')
  }
  return { userId, tenantId: principal.tenantId, actor: actorOf(principal) }
}
