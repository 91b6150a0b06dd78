import { type ErrorCode, HubError, type UpstreamAnswer } from '../hub/errors.ts'

/** WeChat's numbers, by what the hub's caller can do about them (upstream facts: global return codes). */
const codesByErrcode: Record<number, ErrorCode> = {
  [-1]: 'upstream_unavailable',
  40001: 'app_misconfigured',
  40002: 'app_misconfigured',
  40013: 'app_misconfigured',
  40014: 'app_misconfigured',
  40029: 'code_refused',
  40030: 'authorization_over',
  40125: 'app_misconfigured',
  40163: 'code_refused',
  40164: 'app_misconfigured',
  40243: 'app_misconfigured',
  41002: 'app_misconfigured',
  41003: 'authorization_over',
  41004: 'app_misconfigured',
  41008: 'code_refused',
  42001: 'app_misconfigured',
  42002: 'authorization_over',
  42003: 'code_refused',
  42007: 'authorization_over',
  44991: 'upstream_limited',
  45009: 'upstream_limited',
  45011: 'upstream_limited',
  45035: 'app_misconfigured',
  48004: 'app_misconfigured',
  50004: 'app_misconfigured',
  50007: 'app_misconfigured',
  61004: 'app_misconfigured',
  89503: 'app_misconfigured',
  89506: 'app_misconfigured',
  89507: 'app_misconfigured',
}

// On /sns/* these mean the user's own OAuth token, not the app's.
const userTokenErrcodes = new Set([40001, 40014, 42001])

/** An answer that is an error becomes a HubError with WeChat's own words as its cause. */
export function toHubError(path: string, answer: UpstreamAnswer): HubError {
  const isUserToken = path.startsWith('/sns/') && userTokenErrcodes.has(answer.errcode)
  const code = isUserToken ? 'authorization_over' : (codesByErrcode[answer.errcode] ?? 'upstream_refused')
  return new HubError(code, `WeChat answered ${answer.errcode} to ${path}`, { cause: answer })
}

/**
 * Splits an errmsg into its text and its request id. The tail has had several forms over the years, and the
 * text is for people only: code branches on the number.
 */
export function parseErrmsg(errcode: number, errmsg: string): UpstreamAnswer {
  const rid = /\brid: ([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})/.exec(errmsg)?.[1] ?? null
  const text = errmsg.replace(/,? (?:(?:rid|hints?):|view more at ).*$/s, '')
  return { errcode, errmsg: text, rid }
}
