import type { FastifyRequest } from 'fastify'
import { actorOf } from '../hub/api-keys/principal.ts'
import { HubError } from '../hub/errors.ts'
import type { RefundCaller } from '../hub/refunds/refund-request.ts'

/** Who asks for a refund: the API key that came with the request, or the mount whose network is trusted. */
export function refundCallerOf(request: FastifyRequest): RefundCaller {
  const { principal, mount, ip } = request
  if (principal !== null) {
    const { id, refundLimitFen: refundLimit, refundDailyLimitFen: refundDailyLimit } = principal
    // The instance's own key has no row, and no limits.
    const keyId = id === 'admin' ? null : Number(id)
    const actor = actorOf(principal)
    return { id: actor.name, actor, keyId, refundLimit, refundDailyLimit }
  }
  if (mount === null) throw new HubError('internal', 'a route without a guard')
  const id = `mount:${mount.id}`
  return { id, actor: { name: id, address: ip }, keyId: null, refundLimit: null, refundDailyLimit: null }
}

/** Null where the request has none. Two of them come as one with a blank, which is none that is taken. */
export function readIdempotencyKey({ headers }: FastifyRequest): string | null {
  const given = headers['idempotency-key']
  return given === undefined ? null : [given].flat().join(', ')
}
