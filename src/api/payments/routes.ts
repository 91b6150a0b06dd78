import { guardedPrincipal } from '../../http/api-key-guard.ts'
import type { HttpApp } from '../../http/http.ts'
import { actorOf } from '../../hub/api-keys/principal.ts'
import type { Payment } from '../../hub/payments/payment.ts'
import { pageQuery, readPage } from '../paging.ts'
import { getSeenApp } from '../reach.ts'
import type { ApiParts } from '../routes.ts'
import { query } from '../schemas.ts'
import { getSeenPayment } from './reach.ts'
import {
  newPayment,
  newPaymentReply,
  paymentChoice,
  paymentFilter,
  paymentPage,
  paymentParams,
  paymentReply,
} from './schemas.ts'
import { toPayment } from './to-payment.ts'

export function registerPayments(scope: HttpApp, { hub, access }: ApiParts): void {
  const listing = { querystring: query({ ...paymentFilter, ...pageQuery }), response: { 200: paymentPage } }
  scope.get(
    '/payments',
    {
      ...access.key('payments'),
      schema: { summary: 'Payments, the newest first', tags: ['Payments'], ...listing },
    },
    async (request) => {
      const principal = guardedPrincipal(request)
      const { appId, state, ...page } = request.query
      const found = await readPage<Payment>(hub.cursors, page, {
        name: 'payments',
        positionOf: ({ id }) => String(id),
        read: (last, count) => {
          const before = last === null ? null : Number(last)
          return hub.payments.list({ appId, state, before, limit: count }, principal)
        },
      })
      return { ...found, items: found.items.map(toPayment) }
    },
  )

  const one = { params: paymentParams, querystring: query(paymentChoice), response: { 200: paymentReply } }
  scope.get(
    '/payments/:billId',
    {
      ...access.key('payments', 'not_found'),
      schema: { summary: 'One payment', tags: ['Payments'], ...one },
    },
    async (request) => {
      const name = { ...request.params, ...request.query }
      return toPayment(await getSeenPayment(hub, guardedPrincipal(request), name))
    },
  )

  const adding = { tags: ['Payments'], body: newPayment, response: { 201: newPaymentReply } }
  scope.post(
    '/payments',
    {
      ...access.key('payments', 'app_unknown', 'merchant_unknown', 'conflict', 'payment_refused'),
      schema: { summary: 'Makes an order at WeChat Pay (JSAPI, mini programs)', ...adding },
    },
    async (request, reply) => {
      const principal = guardedPrincipal(request)
      const { appId, mchid, expiresAt, ...input } = request.body
      const app = await getSeenApp(hub.apps, principal, appId)
      const merchant = await hub.merchants.forApp(appId, mchid)
      const wanted = { ...input, ...(expiresAt !== undefined && { expiresAt: expiresAt * 1000 }) }
      const place = { app, merchant, actor: actorOf(principal) }
      const { payment, parameters } = await hub.payments.create(place, wanted)
      return reply.status(201).send({ ...toPayment(payment), parameters })
    },
  )
}
