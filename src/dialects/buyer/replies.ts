import type { FastifyRequest } from 'fastify'
import type { ErrorReply } from '../../http/surface.ts'
import type { Buyer } from '../../hub/buyers/buyers.ts'
import type { HubError } from '../../hub/errors.ts'
import type { PersonalInput } from '../../hub/members/personal-data.ts'
import { buyerErrors, toldCodes } from './errors.ts'
import type { MemberBody } from './schemas.ts'

export function toBuyerReply(buyer: Buyer) {
  const { id, tenantId, openId, name, avatarUrl: profile, phone, memberId } = buyer
  return { tenantId, openId, name, profile, phone, memberId: memberId ?? 0, id }
}

/** The document's examples show no message where nothing went wrong. */
export function toDone() {
  return { status: 200, message: '' }
}

export function toDataReply(data: number) {
  return { data, ...toDone() }
}

export function fromMemberBody({ name, phone, sex, birthday, idCard, address }: MemberBody): PersonalInput {
  return { name, phone, sex, birthday, idCard, address }
}

/** Calls that answer a number of their own; the others have no `data` to leave empty. */
const withData = /\/(?:saveuser|createmember|bindmember)$/

export function toErrorReply(error: HubError, { method, routeOptions }: FastifyRequest): ErrorReply {
  const { http, status, text } = buyerErrors[error.code]
  const message = toldCodes.has(error.code) ? `${text}: ${error.message}` : text
  const body =
    withData.test(routeOptions.url ?? '') && method === 'POST'
      ? { data: 0, status, message }
      : { status, message }
  // Calls that read have no other way to say that there is nothing.
  return { status: http === 200 && method !== 'POST' ? 404 : http, body }
}
