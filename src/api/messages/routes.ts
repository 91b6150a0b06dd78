import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { HubError } from '../../hub/errors.ts'
import type { Message } from '../../hub/messages/message.ts'
import { pageQuery, readPage } from '../paging.ts'
import type { ApiParts } from '../routes.ts'
import { query } from '../schemas.ts'
import { messageFilter, messagePage, messageParams, messageReply } from './schemas.ts'
import { toMessage } from './to-message.ts'

export function registerMessages(scope: HttpApp, { hub, access }: ApiParts): void {
  const listing = { querystring: query({ ...messageFilter, ...pageQuery }), response: { 200: messagePage } }
  scope.get(
    '/messages',
    {
      ...access.key('messages:read'),
      schema: { summary: 'What WeChat pushed, the newest first', tags: ['Messages'], ...listing },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { limit, after, ...filter } = request.query
      const page = { ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) }
      const found = await readPage<Message>(hub.cursors, page, {
        name: 'messages',
        positionOf: ({ id }) => String(id),
        read: (last, count) => {
          const before = last === null ? null : Number(last)
          return hub.messages.list({ ...filter, before, limit: count }, principal)
        },
      })
      return { ...found, items: found.items.map(toMessage) }
    },
  )

  const one = { tags: ['Messages'], params: messageParams, response: { 200: messageReply } }
  scope.get(
    '/messages/:id',
    { ...access.key('messages:read', 'not_found'), schema: { summary: 'One message', ...one } },
    async (request) => {
      const message = await hub.messages.find(Number(request.params.id), guardedPrincipal(request))
      if (message === null) throw new HubError('not_found', 'no such message for this key')
      return toMessage(message)
    },
  )
}
