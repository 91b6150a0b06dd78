import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
let used = pool.length

/**
 * Random bytes from the system's generator, drawn in blocks: a call to it for each nonce and token was 7 %
 * of a login. What was handed out is wiped from the block.
 */
export function drawRandomBytes(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const drawn = Buffer.from(pool.subarray(used, used + size))
  pool.fill(0, used, used + size)
  used += size
  return drawn
}
