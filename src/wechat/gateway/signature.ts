import { hash, timingSafeEqual } from 'node:crypto'

/** WeChat's signature of pushes: SHA-1, in hex, of the parts sorted as texts and joined. */
export function signParts(parts: readonly string[]): string {
  return hash('sha1', parts.toSorted().join(''))
}

/** Takes the same time wherever the two differ. */
export function hasSignature(parts: readonly string[], signature: string): boolean {
  const expected = Buffer.from(signParts(parts))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
