import { createHash, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

/** A value that cannot be printed: template strings, JSON and inspect all show `[secret]`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Every call is a place where a secret leaves the program. */
  reveal(): string {
    return this.#value
  }

  /** Constant-time comparison; the digests hide the length too. */
  equals(candidate: string): boolean {
    return timingSafeEqual(digest(this.#value), digest(candidate))
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest()
}
