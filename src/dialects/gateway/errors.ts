import type { ErrorReply } from '../../http/surface.ts'
import type { HubError } from '../../hub/errors.ts'

const statuses: Partial<Record<string, number>> = {
  body_too_large: 413,
  method_not_allowed: 405,
  route_unknown: 404,
}

/** Beside its one route nothing is said but a status. */
export function toErrorReply({ code }: HubError): ErrorReply {
  return { status: statuses[code] ?? 400, body: '', type: 'text/plain; charset=utf-8' }
}
