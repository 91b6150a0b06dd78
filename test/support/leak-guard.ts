import { secretMark } from '../../sandbox/secret-mark.ts'

/**
 * Invariant: no secret stands in a log line or in plain in a database. All secrets of the sandbox hold a
 * mark; this throws where it shows up, naming the place.
 */
export function assertNoLeak(place: string, content: string | Buffer): void {
  const bytes = Buffer.from(content)
  const at = bytes.indexOf(secretMark)
  if (at === -1) return
  const around = bytes.subarray(Math.max(0, at - 80), at).toString('latin1')
  throw new Error(`a secret of the sandbox stands in ${place}, after: ${around}`)
}
