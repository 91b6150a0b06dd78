import type { RandomBytes } from '../random-bytes.ts'

/** Hex digits; an even number of them. */
export function createNonce(random: RandomBytes, length: 12 | 32): string {
  return random(length / 2).toString('hex')
}
