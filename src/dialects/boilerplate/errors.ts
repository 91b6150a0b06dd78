import type { ErrorCode } from '../../hub/errors.ts'

/** The contract's numbers: see docs/contracts/boilerplate.md. */
export const boilerplateErrors = {
  bad_request: { status: 400, code: 10003, text: 'parameter error' },
  body_too_large: { status: 413, code: 10003, text: 'the body is too large' },
  route_unknown: { status: 404, code: 10003, text: 'no such call' },
  method_not_allowed: { status: 405, code: 10003, text: 'the call has another method' },
  credential_missing: { status: 401, code: 12104, text: 'a key is needed' },
  credential_refused: { status: 401, code: 12102, text: 'the key is not valid' },
  forbidden: { status: 403, code: 10003, text: 'not allowed' },
  session_missing: { status: 401, code: 12104, text: 'the token is missing' },
  session_invalid: { status: 401, code: 12102, text: 'the token is not valid' },
  session_expired: { status: 401, code: 12101, text: 'the token has expired' },
  user_gone: { status: 401, code: 12105, text: 'the user is gone' },
  app_unknown: { status: 404, code: 10003, text: 'the app is not set up' },
  app_wrong_kind: { status: 403, code: 10003, text: 'not for this kind of app' },
  merchant_unknown: { status: 404, code: 10003, text: 'no merchant is set up for the app' },
  secret_refused: { status: 403, code: 10003, text: 'not allowed' },
  code_refused: { status: 400, code: 12106, text: 'WeChat refused the code' },
  snapshot_user: { status: 400, code: 12106, text: 'WeChat showed a snapshot: nobody logged in' },
  authorization_over: { status: 401, code: 12101, text: 'the authorization is over' },
  union_id_unknown: { status: 404, code: 10003, text: 'the unionid is not known' },
  decryption_failed: { status: 400, code: 12108, text: 'the data cannot be decrypted: log in again' },
  not_found: { status: 404, code: 10003, text: 'not found' },
  conflict: { status: 409, code: 10003, text: 'done already, or in conflict' },
  payment_refused: { status: 409, code: 10003, text: 'refused' },
  card_unknown: { status: 404, code: 10003, text: 'not found' },
  card_unusable: { status: 409, code: 10003, text: 'the card is unusable' },
  card_lost: { status: 409, code: 10003, text: 'the card is lost' },
  card_void: { status: 409, code: 10003, text: 'the card is void' },
  too_many_requests: { status: 429, code: 12107, text: 'too many requests' },
  app_misconfigured: { status: 502, code: 12109, text: 'WeChat refused the app' },
  upstream_refused: { status: 502, code: 12109, text: 'WeChat refused' },
  upstream_limited: { status: 503, code: 12109, text: 'WeChat is limiting calls, try again later' },
  upstream_unavailable: { status: 503, code: 12109, text: 'WeChat did not answer, try again' },
  storage_unavailable: { status: 503, code: 10001, text: 'out of service for a moment, try again' },
  internal: { status: 500, code: 10001, text: 'internal error' },
} as const satisfies Record<ErrorCode, { status: number; code: number; text: string }>

/** WeChat's errcodes that the contract has a number of its own for. */
export const boilerplateErrcodes: Record<number, { status: number; code: number; text: string }> = {
  40013: { status: 502, code: 12110, text: 'WeChat refused the appid' },
}
