import type { ErrorReply } from '../../http/surface.ts'
import type { ErrorCode, HubError } from '../../hub/errors.ts'

const statuses: Partial<Record<ErrorCode, number>> = {
  bad_request: 400,
  body_too_large: 413,
  forbidden: 401,
  merchant_unknown: 404,
  method_not_allowed: 405,
  route_unknown: 404,
  storage_unavailable: 503,
  upstream_unavailable: 503,
}

/** What WeChat Pay takes for "not taken": it comes again. */
export function toErrorReply({ code }: HubError): ErrorReply {
  return { status: statuses[code] ?? 500, body: { code: 'FAIL', message: '失败' } }
}
