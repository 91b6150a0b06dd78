import type { Doubt } from './pay-failure.ts'

/** What claims to come from WeChat Pay is not believed. */
export class DoubtError extends Error {
  readonly doubt: Doubt

  constructor(doubt: Doubt, options?: { cause?: unknown }) {
    super(`not believed to come from WeChat Pay: ${doubt}`, options)
    this.name = 'DoubtError'
    this.doubt = doubt
  }
}
