import { type ErrorCode, HubError } from '../../hub/errors.ts'

/** The document's numbers and texts, to the letter; -1, 2002 and 45011 are added (docs/contracts/control.md). */
export const controlErrors = {
  bad_request: { code: 2002, msg: 'missing or malformed parameter' },
  body_too_large: { code: 413, msg: 'the body is too large' },
  route_unknown: { code: 404, msg: 'not found' },
  method_not_allowed: { code: 405, msg: 'method not allowed' },
  credential_missing: { code: 1000, msg: 'unauthorized' },
  credential_refused: { code: 1000, msg: 'unauthorized' },
  forbidden: { code: 1000, msg: 'unauthorized' },
  session_missing: { code: 1001, msg: 'without parameter: token' },
  session_invalid: { code: 1000, msg: 'unauthorized' },
  session_expired: { code: 1000, msg: 'unauthorized' },
  user_gone: { code: 1000, msg: 'unauthorized' },
  app_unknown: { code: 40013, msg: 'invalid parameter: appId' },
  app_wrong_kind: { code: 40013, msg: 'invalid parameter: appId' },
  merchant_unknown: { code: -1, msg: 'error: system busy' },
  secret_refused: { code: 40125, msg: 'invalid parameter: secret' },
  code_refused: { code: 40029, msg: 'invalid parameter: code' },
  snapshot_user: { code: 40029, msg: 'invalid parameter: code' },
  authorization_over: { code: 1000, msg: 'unauthorized' },
  union_id_unknown: { code: 1000, msg: 'unauthorized' },
  decryption_failed: { code: 1004, msg: 'error: decode failed' },
  not_found: { code: 2002, msg: 'missing or malformed parameter' },
  conflict: { code: -1, msg: 'error: system busy' },
  payment_refused: { code: -1, msg: 'error: system busy' },
  card_unknown: { code: -1, msg: 'error: system busy' },
  card_unusable: { code: -1, msg: 'error: system busy' },
  card_lost: { code: -1, msg: 'error: system busy' },
  card_void: { code: -1, msg: 'error: system busy' },
  too_many_requests: { code: 45011, msg: 'too many failed calls, try again in a minute' },
  app_misconfigured: { code: -1, msg: 'error: system busy' },
  upstream_refused: { code: -1, msg: 'error: system busy' },
  upstream_limited: { code: 45009, msg: 'reach max api quota limit' },
  upstream_unavailable: { code: -1, msg: 'error: system busy' },
  storage_unavailable: { code: -1, msg: 'error: system busy' },
  internal: { code: -1, msg: 'error: system busy' },
} as const satisfies Record<ErrorCode, { code: number; msg: string }>

/** WeChat's errcodes that the document lists with a text of its own. */
export const documentedErrcodes: Record<number, string> = {
  [-1]: 'error: system busy',
  40013: 'invalid parameter: appId',
  40029: 'invalid parameter: code',
  40125: 'invalid parameter: secret',
  40169: 'invalid length for scene, or the data is not json string hint',
}

/** Parameters whose absence the document gives a number of its own. */
export const missingParameters = {
  token: { code: 1001, msg: 'without parameter: token' },
  'encrypted data': { code: 1002, msg: 'without parameter: encrypted data' },
  iv: { code: 1003, msg: 'without parameter: iv' },
  scene: { code: 1006, msg: 'without parameter: scene' },
} as const

export const sceneRefused = { code: 40169, msg: documentedErrcodes[40169] ?? '' }

/** WeChat did not answer, or with neither an image nor an errcode. */
export const codeNotMade = { code: 1007, msg: 'get qrcode failed' }

export class CodeNotMade extends HubError {
  constructor(cause: HubError) {
    super(cause.code, cause.message, { cause })
  }
}

export class ParameterMissing extends HubError {
  readonly parameter: keyof typeof missingParameters

  constructor(parameter: keyof typeof missingParameters) {
    super('bad_request', `${parameter} is missing`)
    this.parameter = parameter
  }
}
