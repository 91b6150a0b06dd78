import { type ErrorCode, HubError } from '../../hub/errors.ts'

/**
 * What became of a call that failed.
 * refused: WeChat did nothing, and will not at the same words.
 * limited: WeChat did nothing for now: the same call may be sent later.
 * unsent: WeChat cannot have got it.
 * unknown: it may have been done. Ask, or send the same number again; never a new one.
 */
export type PayOutcome = 'refused' | 'limited' | 'unsent' | 'unknown'

/** Why something that claims to come from WeChat Pay is not believed. probe: WeChat tests whether we look. */
export type Doubt = 'unsigned' | 'stale' | 'probe' | 'unknown_serial' | 'forged' | 'undecryptable'

/** WeChat's own words. `requestId` ends in a number that says more than `code`. */
export type PayAnswer = {
  status: number
  code: string
  message: string
  detail: unknown
  requestId: string | null
}

type Failing = {
  outcome: PayOutcome
  /** Not to be believed where there is a doubt. */
  answer?: PayAnswer
  doubt?: Doubt
  /** What broke on our side of the connection. */
  cause?: unknown
}

/** The cause of every HubError that a call of WeChat Pay throws. */
export class PayFailure extends Error {
  readonly outcome: PayOutcome
  readonly answer: PayAnswer | null
  readonly doubt: Doubt | null

  constructor({ outcome, answer, doubt, cause }: Failing) {
    super(describe(answer, doubt), { cause })
    this.name = 'PayFailure'
    this.outcome = outcome
    this.answer = answer ?? null
    this.doubt = doubt ?? null
  }
}

const codesByAnswer: Record<string, ErrorCode> = {
  SIGN_ERROR: 'app_misconfigured',
  NO_AUTH: 'app_misconfigured',
  MCH_NOT_EXISTS: 'app_misconfigured',
  APPID_MCHID_NOT_MATCH: 'app_misconfigured',
  FREQUENCY_LIMITED: 'upstream_limited',
  FREQUENCY_LIMIT_EXCEED: 'upstream_limited',
  RATELIMIT_EXCEEDED: 'upstream_limited',
  SYSTEM_ERROR: 'upstream_unavailable',
  BANK_ERROR: 'upstream_unavailable',
}

/** `path` is that of the call, without numbers. */
export function toPayError(path: string, failing: Failing): HubError {
  const cause = new PayFailure(failing)
  const message = `WeChat Pay answered ${cause.message} to ${path}: ${cause.outcome}`
  return new HubError(chooseCode(cause), message, { cause })
}

/** Null where the error does not come from a call of WeChat Pay. */
export function findPayFailure(error: unknown): PayFailure | null {
  const cause = error instanceof HubError ? error.cause : null
  return cause instanceof PayFailure ? cause : null
}

/** What becomes of a call by WeChat's words about it, if they are surely WeChat's. */
export function judgeAnswer({ status, code }: PayAnswer): PayOutcome {
  const meaning = codesByAnswer[code]
  if (status >= 500 || status < 400 || meaning === 'upstream_unavailable') return 'unknown'
  return status === 429 || meaning === 'upstream_limited' ? 'limited' : 'refused'
}

function chooseCode({ outcome, answer }: PayFailure): ErrorCode {
  const meaning = codesByAnswer[answer?.code ?? '']
  if (outcome === 'limited') return 'upstream_limited'
  // Also unsigned, as WeChat often answers a call whose signature it cannot verify.
  if (meaning === 'app_misconfigured') return meaning
  return outcome === 'refused' ? 'upstream_refused' : 'upstream_unavailable'
}

function describe(answer: PayAnswer | undefined, doubt: Doubt | undefined): string {
  if (answer === undefined) return doubt === undefined ? 'nothing' : `something ${doubt}`
  const { status, code, requestId } = answer
  const words = `${status} ${code}`.trim()
  // Who cannot be believed writes nothing into our log but a code.
  if (doubt !== undefined) return `${words} (${doubt})`
  return requestId === null ? words : `${words} (${requestId})`
}
