/** Why there was no answer, in one word for people: `timeout`, `address_refused`, or what Node says (`ECONNREFUSED`). */
export class Unreachable extends Error {
  readonly reason: string

  constructor(reason: string, options?: { cause?: unknown }) {
    super(`the target was not reached: ${reason}`, options)
    this.name = 'Unreachable'
    this.reason = reason
  }
}

/** Nothing of an error's text is told: it may hold what the other side chose. */
export function toUnreachable(error: unknown): Unreachable {
  if (error instanceof Unreachable) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new Unreachable(/^[A-Z0-9_]{1,64}$/.test(code) ? code : 'failed', { cause: error })
}
