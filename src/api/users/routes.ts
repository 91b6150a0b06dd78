import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { User } from '../../hub/users/search-users.ts'
import { pageQuery, readPage } from '../paging.ts'
import type { ApiHub, ApiParts } from '../routes.ts'
import { query } from '../schemas.ts'
import {
  sessionsEndedReply,
  unmergeReply,
  userFilter,
  userPage,
  userParams,
  wholeUserReply,
} from './schemas.ts'
import { toIdentity, toUser } from './to-user.ts'

export function registerUsers(scope: HttpApp, parts: ApiParts): void {
  registerOneUser(scope, parts)
  const { hub, access } = parts
  const searching = { querystring: query({ ...userFilter, ...pageQuery }), response: { 200: userPage } }
  scope.get(
    '/users',
    {
      ...access.key('users:read'),
      schema: { summary: 'Users, all or by unionId or openId', tags: ['Users'], ...searching },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { unionId, openId, appId, ...page } = request.query
      const found = await readPage<User>(hub.cursors, page, {
        name: 'users',
        positionOf: ({ id }) => String(id),
        read: (after, limit) =>
          hub.users.search({ unionId, openId, appId, after: Number(after ?? 0), limit }, principal),
      })
      return { ...found, items: found.items.map(toUser) }
    },
  )
}

function registerOneUser(scope: HttpApp, { hub, access }: ApiParts): void {
  const ofUser = { tags: ['Users'], params: userParams }
  scope.get(
    '/users/:id',
    {
      ...access.key('users:read', 'not_found'),
      schema: {
        summary: 'One user, or the one it was merged into',
        ...ofUser,
        response: { 200: wholeUserReply },
      },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const user = await getSeen(hub, principal, request.params.id)
      const identities = await hub.users.listIdentities(user.id, principal)
      return { ...toUser(user), identities: identities.map(toIdentity) }
    },
  )

  scope.delete(
    '/users/:id/sessions',
    {
      ...access.key('users:write', 'not_found'),
      schema: { summary: 'Ends all sessions of a user', ...ofUser, response: { 200: sessionsEndedReply } },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const user = await getSeen(hub, principal, request.params.id)
      requireWholeUser(principal)
      return { ended: await hub.sessions.revokeAllOfUser(user, actorOf(principal)) }
    },
  )

  const unmerging = { summary: 'Undoes the newest merge into a user', ...ofUser }
  scope.post(
    '/users/:id/unmerge',
    {
      ...access.key('users:write', 'not_found', 'conflict'),
      schema: { ...unmerging, response: { 200: unmergeReply } },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const seen = await getSeen(hub, principal, request.params.id)
      if (String(seen.id) !== request.params.id) throw new HubError('not_found', 'the user was merged itself')
      requireWholeUser(principal)
      const restored = await hub.users.unmerge(seen.id, actorOf(principal))
      const user = await getSeen(hub, principal, request.params.id)
      return { user: toUser(user), restored: toUser(await getSeen(hub, principal, String(restored))) }
    },
  )
}

async function getSeen({ users }: ApiHub, principal: Principal, id: string): Promise<User> {
  const user = await users.find(Number(id), principal)
  if (user === null) throw new HubError('not_found', 'no such user for this key')
  return user
}

/** A user has identities in other apps too: who is limited to some apps sees the user, and changes nothing. */
function requireWholeUser({ apps }: Principal): void {
  if (apps !== null) throw new HubError('forbidden', 'the key is limited to some apps of the user')
}
