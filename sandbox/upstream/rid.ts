import type { RandomBytes } from '../random-bytes.ts'

/** Three groups of eight hex digits; the first is the time in seconds, the others stay below 2^31. */
export function createRid({ realNow, random }: { realNow: () => number; random: RandomBytes }): string {
  const bytes = random(8)
  const groups = [
    Math.floor(realNow() / 1000),
    bytes.readUInt32BE(0) & 0x7fffffff,
    bytes.readUInt32BE(4) & 0x7fffffff,
  ]
  return groups.map((group) => group.toString(16).padStart(8, '0')).join('-')
}
