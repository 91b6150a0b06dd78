import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import type { AuditRow } from '../../hub/audit/audit-store.ts'
import { readPage } from '../paging.ts'
import type { ApiParts } from '../routes.ts'
import { toSeconds } from '../schemas.ts'
import { auditPage, auditQuery } from './schemas.ts'

export function registerAudit(scope: HttpApp, { hub, access }: ApiParts): void {
  scope.get(
    '/audit',
    {
      ...access.key('audit:read'),
      schema: {
        summary: 'Who changed what, the newest first',
        tags: ['Audit'],
        querystring: auditQuery,
        response: { 200: auditPage },
      },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { action, subject, actor, from, to } = request.query
      const filter = { action, subject, actor, from: toMs(from), to: toMs(to) }
      const found = await readPage<AuditRow>(hub.cursors, request.query, {
        name: 'audit',
        positionOf: ({ id }) => String(id),
        read: (last, limit) =>
          hub.audit.list({ ...filter, before: last === null ? null : Number(last), limit }, principal),
      })
      return { ...found, items: found.items.map(toReply) }
    },
  )
}

function toMs(time: number | undefined): number | undefined {
  return time === undefined ? undefined : time * 1000
}

function toReply({ at, actor, detail, ...row }: AuditRow) {
  return {
    ...row,
    at: toSeconds(at),
    actor: actor.name,
    address: actor.address,
    detail: detail as Record<string, unknown>, // every entry is written with an object
  }
}
