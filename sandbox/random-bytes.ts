import { randomBytes } from 'node:crypto'

/** Source of randomness: tests may pass their own. */
export type RandomBytes = (size: number) => Buffer

export const systemRandomBytes: RandomBytes = (size) => randomBytes(size)

/** A number in [0, 1). */
export function toFraction(bytes: Buffer): number {
  return bytes.readUInt32BE(0) / 2 ** 32
}
