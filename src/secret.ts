import { timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'
import { sha256 } from './sha256.ts'

/** A value that cannot be printed: template strings, JSON and inspect all show `[secret]`. */
export class Secret {
  readonly #value: string
  #digest: Buffer | undefined

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Every call is a place where a secret leaves the program. */
  reveal(): string {
    return this.#value
  }

  /** Constant-time comparison; the digests hide the length too. */
  equals(candidate: string): boolean {
    this.#digest ??= sha256(this.#value)
    return timingSafeEqual(this.#digest, sha256(candidate))
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
