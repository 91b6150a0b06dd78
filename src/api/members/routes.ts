import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, isTenantWide, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { Member } from '../../hub/members/member.ts'
import type { MemberSearch } from '../../hub/members/members.ts'
import { pageQuery, readPage } from '../paging.ts'
import { chooseTenant } from '../reach.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { query, toSeconds } from '../schemas.ts'
import {
  foundReply,
  memberChange,
  memberPage,
  memberParams,
  memberReply,
  memberSearch,
  newMember,
  revealedReply,
  revealing,
} from './schemas.ts'

export function registerMembers(scope: HttpApp, parts: ApiParts): void {
  registerOneMember(scope, parts)
  const { hub, access } = parts
  const listing = { tags: ['Members'], querystring: query(pageQuery), response: { 200: memberPage } }
  scope.get(
    '/members',
    { ...access.key('members:read'), schema: { summary: 'Members, masked', ...listing } },
    async (request) => {
      const { tenantId } = wholeTenant(guardedPrincipal(request))
      return readPage(hub.cursors, request.query, {
        name: 'members',
        positionOf: ({ id }) => String(id),
        read: async (after, count) =>
          (await hub.members.list(tenantId, Number(after ?? 0), count)).map(toReply),
      })
    },
  )

  const adding = { tags: ['Members'], body: newMember, response: { 201: memberReply } }
  scope.post(
    '/members',
    {
      ...access.key('members:write', 'conflict'),
      schema: { summary: 'Adds a member with a name, and a phone or idCard', ...adding },
    },
    async (request, reply) => {
      const principal = wholeTenant(guardedPrincipal(request))
      const { tenantId: wanted, number, cardState, ...personal } = request.body
      const tenantId = await tenantFor(hub, principal, wanted)
      const id = await hub.members.create({ tenantId, number, cardState, personal }, actorOf(principal))
      return reply.status(201).send(toReply(await getSeen(hub, principal, String(id))))
    },
  )

  // By POST: a phone number in a URL would stand in every log on the way.
  const searching = { tags: ['Members'], body: memberSearch, response: { 200: foundReply } }
  scope.post(
    '/members/search',
    {
      ...access.key('members:read'),
      schema: { summary: 'The member with exactly this phone, idCard or number', ...searching },
    },
    async (request) => {
      const principal = wholeTenant(guardedPrincipal(request))
      const tenantId = await tenantFor(hub, principal, request.body.tenantId)
      const found = await hub.members.search(tenantId, toSearch(request.body))
      return { items: found === null ? [] : [toReply(found)], next: null }
    },
  )
}

function registerOneMember(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofMember = { tags: ['Members'], params: memberParams }
  scope.get(
    '/members/:id',
    {
      ...access.key('members:read', 'not_found'),
      schema: { summary: 'One member, masked', ...ofMember, response: { 200: memberReply } },
    },
    async (request) => toReply(await getSeen(hub, guardedPrincipal(request), request.params.id)),
  )

  const changing = {
    summary: 'Changes a member; what is left out or masked stays',
    ...ofMember,
    body: memberChange,
  }
  scope.patch(
    '/members/:id',
    {
      ...access.key('members:write', 'not_found', 'conflict'),
      schema: { ...changing, response: { 200: memberReply } },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      const { cardState, ...personal } = request.body
      return toReply(await hub.members.change(id, { cardState, personal }, actorOf(principal)))
    },
  )

  const reading = {
    summary: 'A member in plain; who read it and what for is noted',
    ...ofMember,
    body: revealing,
  }
  scope.post(
    '/members/:id/reveal',
    {
      ...access.key('members:reveal', 'not_found'),
      schema: { ...reading, response: { 200: revealedReply } },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { id } = await getSeen(hub, principal, request.params.id)
      return toReply(await hub.members.reveal(id, request.body.purpose, actorOf(principal)))
    },
  )
}

/** Members are the whole tenant's: a key for some of its apps sees none. */
function wholeTenant(principal: Principal): Principal {
  if (principal.apps !== null)
    throw new HubError('forbidden', 'the key is limited to some apps of the tenant')
  return principal
}

async function tenantFor(
  { tenants }: ApiHub,
  principal: Principal,
  wanted: number | undefined,
): Promise<number> {
  return chooseTenant(principal, wanted) ?? (await tenants.ensure()).id
}

async function getSeen({ members }: ApiHub, principal: Principal, id: string): Promise<Member> {
  const member = await members.find(Number(id))
  if (member === null || !isTenantWide(principal, member.tenantId)) {
    throw new HubError('not_found', 'no such member for this key')
  }
  return member
}

function toSearch({
  phone,
  idCard,
  number,
}: {
  phone?: string
  idCard?: string
  number?: string
}): MemberSearch {
  const given = Object.entries({ phone, idCard, number }).filter(([, value]) => value !== undefined)
  if (given.length !== 1) throw new HubError('bad_request', 'one of phone, idCard and number is needed')
  if (phone !== undefined) return { phone }
  return idCard === undefined ? { number: number ?? '' } : { idCard }
}

function toReply(member: Member) {
  return { ...member, createdAt: toSeconds(member.createdAt), updatedAt: toSeconds(member.updatedAt) }
}
