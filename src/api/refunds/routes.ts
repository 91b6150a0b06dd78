import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { readIdempotencyKey, refundCallerOf } from '../../http/refund-caller.ts'
import { HubError } from '../../hub/errors.ts'
import type { ListedRefund } from '../../hub/refunds/refund-list-store.ts'
import { pageQuery, readPage } from '../paging.ts'
import { chooseMerchant, isAskedAbout } from '../payments/reach.ts'
import type { ApiParts } from '../routes.ts'
import { query, toSeconds } from '../schemas.ts'
import {
  newRefund,
  refundAccepted,
  refundFilter,
  refundPage,
  refundParams,
  refundReply,
  refundUncertain,
} from './schemas.ts'

export function registerRefunds(scope: HttpApp, { hub, access }: ApiParts): void {
  const listing = { querystring: query({ ...refundFilter, ...pageQuery }), response: { 200: refundPage } }
  scope.get(
    '/refunds',
    {
      ...access.key('refunds:write'),
      schema: { summary: 'Refunds, the newest first', tags: ['Refunds'], ...listing },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { billId, appId, state, ...page } = request.query
      const found = await readPage<ListedRefund>(hub.cursors, page, {
        name: 'refunds',
        positionOf: ({ id }) => String(id),
        read: (last, count) => {
          const before = last === null ? null : Number(last)
          return hub.refunds.list({ billId, appId, state, before, limit: count }, principal)
        },
      })
      return { ...found, items: found.items.map(toReply) }
    },
  )

  const one = { params: refundParams, response: { 200: refundReply } }
  scope.get(
    '/refunds/:id',
    {
      ...access.key('refunds:write', 'not_found'),
      schema: { summary: 'One refund', tags: ['Refunds'], ...one },
    },
    async (request) => {
      const refund = await hub.refunds.find(Number(request.params.id), guardedPrincipal(request))
      if (refund === null) throw new HubError('not_found', 'no such refund for this key')
      return toReply(refund)
    },
  )

  const adding = { body: newRefund, response: { 201: refundAccepted, 202: refundUncertain } }
  scope.post(
    '/refunds',
    {
      ...access.key(
        'refunds:write',
        'app_unknown',
        'merchant_unknown',
        'not_found',
        'conflict',
        'payment_refused',
      ),
      schema: {
        summary: 'Refunds a payment; one Idempotency-Key is one refund',
        tags: ['Refunds'],
        ...adding,
      },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { billId, fee = 0, reason = null, ...named } = request.body
      const merchant = await chooseMerchant(hub, principal, { billId, ...named })
      const place = { merchant, isAskedAbout: isAskedAbout(principal, merchant, named.appId) }
      const asking = { caller: refundCallerOf(request), idempotencyKey: readIdempotencyKey(request) }
      const refund = await hub.refunds.request(place, { billId, fee, reason, ...asking })
      return reply.status(refund.state === 'requested' ? 202 : 201).send(toReply(refund))
    },
  )
}

function toReply({ createdAt, settledAt, refusal, ...shown }: ListedRefund) {
  const said = refusal && { code: refusal.code, message: refusal.message }
  return {
    ...shown,
    refusal: said,
    createdAt: toSeconds(createdAt),
    settledAt: settledAt && toSeconds(settledAt),
  }
}
