/** Every way in which the hub refuses, named by what the caller can do about it. */
export const errorCodes = [
  'bad_request', // mend the parameter
  'body_too_large',
  'route_unknown',
  'method_not_allowed',
  'credential_missing', // bring a key
  'credential_refused', // a key that is none, or is over
  'forbidden', // a good key that may not do this
  'session_missing', // log in
  'session_invalid', // log in again
  'session_expired',
  'user_gone',
  'app_unknown', // set the app up
  'app_wrong_kind',
  'merchant_unknown', // set the merchant up, or bind it to the app
  'secret_refused', // bring the app's secret
  'code_refused', // ask the client for a new code
  'snapshot_user', // ask the user to open the whole page, then log in again
  'authorization_over', // the user must authorize anew
  'union_id_unknown', // bind the app to an open-platform account
  'decryption_failed', // log in again, then encrypt again
  'not_found',
  'conflict', // done already, or something else stands there
  'payment_refused', // the payment's state, or a rule of WeChat Pay, forbids it
  'card_unknown', // look for another member
  'card_unusable', // mend the member's card
  'card_lost',
  'card_void',
  'too_many_requests', // wait a minute
  'app_misconfigured', // the operator must mend the app's settings at WeChat
  'upstream_refused', // WeChat said no, for good
  'upstream_limited', // WeChat's quota is used up: wait
  'upstream_unavailable', // try again
  'storage_unavailable', // try again
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** What WeChat answered: its number, its text without the request id, and the request id. */
export type UpstreamAnswer = { errcode: number; errmsg: string; rid: string | null }

/**
 * The one error of the hub. `message` and `cause` are for our log; what a caller sees comes from the table
 * of its dialect. A message names fields and places, never values that may be secret.
 */
export class HubError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'HubError'
    this.code = code
  }

  /** WeChat's own answer, where this error comes from one. */
  get upstream(): UpstreamAnswer | null {
    const cause = this.cause
    return isUpstreamAnswer(cause) ? cause : null
  }
}

function isUpstreamAnswer(cause: unknown): cause is UpstreamAnswer {
  return typeof cause === 'object' && cause !== null && 'errcode' in cause && 'errmsg' in cause
}
