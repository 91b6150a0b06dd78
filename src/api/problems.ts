import type { ErrorReply } from '../http/surface.ts'
import type { ErrorCode, HubError } from '../hub/errors.ts'
import { apiErrors } from './errors.ts'

/** These messages say what to mend, and name nothing but what the caller sent or may see. */
const tellable = new Set<ErrorCode>([
  'bad_request',
  'forbidden',
  'conflict',
  'payment_refused',
  'app_wrong_kind',
  'too_many_requests',
])

/** A problem document (RFC 9457). `code` is for programs; `errcode` is WeChat's number, where it refused. */
export function toErrorReply(error: HubError): ErrorReply {
  const { code, upstream } = error
  const { status, title } = apiErrors[code]
  const detail = tellable.has(code) ? error.message : title
  const problem = { type: `urn:wehub:problem:${code}`, title, status, detail, code }
  const body = upstream === null ? problem : { ...problem, errcode: upstream.errcode }
  return { status, body, type: 'application/problem+json' }
}
