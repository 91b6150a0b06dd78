import { secretMark } from '../../sandbox/secret-mark.ts'
import { assertNoPersonalData } from './personal-leak.ts'

// A session key is 16 bytes in base64: whoever stored those would not store the text of the mark.
const marks = [Buffer.from(secretMark), Buffer.from(secretMark, 'base64')]

/**
 * Invariant: no secret stands in a log line or in plain in a database. All secrets of the sandbox hold a
 * mark; this throws where it shows up, naming the place.
 */
export function assertNoLeak(place: string, content: string | Buffer): void {
  assertNoPersonalData(place, content)
  const bytes = Buffer.from(content)
  const at = Math.max(...marks.map((mark) => bytes.indexOf(mark)))
  if (at === -1) return
  const around = bytes.subarray(Math.max(0, at - 80), at).toString('latin1')
  throw new Error(`a secret of the sandbox stands in ${place}, after: ${around}`)
}
