import { findPayFailure } from '../../wechat/pay/pay-failure.ts'
import { type ErrorCode, HubError } from '../errors.ts'
import type { Refusal } from './refund.ts'

/** What is kept of a refusal: WeChat's words, or which kind of silence it was. */
export function toRefusal(error: unknown): Refusal {
  const failure = findPayFailure(error)
  const { code = '', message = '' } = failure?.answer ?? {}
  return { code: code || (failure?.outcome ?? 'unknown'), message, error: codeOf(error) }
}

/** What a caller is told whose refund WeChat refused, at this moment or before. */
export function toRefusalError({ code, message, error }: Refusal, cause?: unknown): HubError {
  return new HubError(error, `${code} ${message}`.trim(), { cause })
}

/** The operator's faults and limits keep their codes; all else is a refusal of this one refund. */
function codeOf(error: unknown): ErrorCode {
  const code = error instanceof HubError ? error.code : 'internal'
  return code === 'upstream_refused' ? 'payment_refused' : code
}
