import type { ErrorCode } from '../../hub/errors.ts'
import type { Status } from './statuses.ts'

type Row = {
  /** Of HTTP; a POST that was understood and refused answers 200. */
  http: number
  status: Status
  text: string
}

const misplaced = { http: 400, status: 500, text: 'not for this call' } as const

export const buyerErrors = {
  bad_request: { http: 400, status: 500, text: 'parameter error' },
  body_too_large: { http: 413, status: 500, text: 'the body is too large' },
  route_unknown: { http: 404, status: 500, text: 'no such call' },
  method_not_allowed: { http: 405, status: 500, text: 'the call has another method' },
  credential_missing: { http: 401, status: 500, text: 'a key is needed' },
  credential_refused: { http: 401, status: 500, text: 'the key is not valid' },
  forbidden: { http: 403, status: 500, text: 'not allowed' },
  session_missing: { http: 401, status: 500, text: 'a key is needed' },
  session_invalid: { http: 401, status: 500, text: 'a key is needed' },
  session_expired: { http: 401, status: 500, text: 'a key is needed' },
  user_gone: { http: 404, status: 500, text: 'no such buyer' },
  app_unknown: { http: 404, status: 500, text: 'the app is not set up' },
  app_wrong_kind: misplaced,
  merchant_unknown: misplaced,
  secret_refused: misplaced,
  code_refused: misplaced,
  snapshot_user: misplaced,
  authorization_over: misplaced,
  union_id_unknown: misplaced,
  decryption_failed: misplaced,
  not_found: { http: 200, status: 500, text: 'no such buyer' },
  conflict: { http: 200, status: 500, text: 'done already, or in conflict' },
  payment_refused: misplaced,
  card_unknown: { http: 200, status: 602, text: '卡不存在' },
  card_unusable: { http: 200, status: 601, text: '卡不可用' },
  card_lost: { http: 200, status: 603, text: '卡挂失' },
  card_void: { http: 200, status: 604, text: '卡作废' },
  too_many_requests: { http: 429, status: 500, text: 'too many requests' },
  app_misconfigured: { http: 502, status: 500, text: 'WeChat refused the app' },
  upstream_refused: { http: 502, status: 500, text: 'WeChat refused' },
  upstream_limited: { http: 503, status: 500, text: 'WeChat is limiting calls, try again later' },
  upstream_unavailable: { http: 503, status: 500, text: 'WeChat did not answer, try again' },
  storage_unavailable: { http: 503, status: 500, text: 'out of service for a moment, try again' },
  internal: { http: 500, status: 500, text: 'internal error' },
} as const satisfies Record<ErrorCode, Row>

/** What stands in the way is told, so that the caller can go about it. */
export const toldCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['bad_request', 'conflict'])
