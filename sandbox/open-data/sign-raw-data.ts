import { createHash } from 'node:crypto'

/** The session_key follows as its base64 text, not as its bytes. */
export function signRawData(rawData: string, sessionKey: string): string {
  return createHash('sha1').update(rawData).update(sessionKey).digest('hex')
}
