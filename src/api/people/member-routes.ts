import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import { memberParams } from '../members/schemas.ts'
import type { ApiParts } from '../routes.ts'
import { exportReply, memberReceiptReply, toReceipt } from './schemas.ts'

/** What a person may ask for whom the hub knows as a member alone. */
export function registerMembersAsPeople(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofMember = { tags: ['People'], params: memberParams }
  scope.get(
    '/members/:id/export',
    {
      ...access.key('privacy', 'not_found'),
      schema: {
        summary: 'Everything held about a member, as one file',
        ...ofMember,
        response: { 200: exportReply },
      },
    },
    async (request, reply) => {
      const { memberId, tenantId, actor } = toRequest(guardedPrincipal(request), request.params.id)
      const held = await hub.people.exportMember(memberId, tenantId, actor)
      reply.header('content-disposition', `attachment; filename="member-${memberId}.json"`)
      return reply.send(held)
    },
  )

  scope.delete(
    '/members/:id',
    {
      ...access.key('privacy', 'not_found', 'conflict'),
      schema: {
        summary: 'Erases a member whom no user is bound to, for good',
        ...ofMember,
        response: { 200: memberReceiptReply },
      },
    },
    async (request) => {
      const { memberId, tenantId, actor } = toRequest(guardedPrincipal(request), request.params.id)
      return toReceipt(await hub.people.eraseMember(memberId, tenantId, actor))
    },
  )
}

/** Members are the whole tenant's: a key for some of its apps sees none. */
function toRequest(principal: Principal, id: string) {
  if (principal.apps !== null) throw new HubError('not_found', 'no such member for this key')
  return { memberId: Number(id), tenantId: principal.tenantId, actor: actorOf(principal) }
}
