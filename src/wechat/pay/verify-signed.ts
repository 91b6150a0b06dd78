import type { KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { DoubtError } from './doubt-error.ts'
import { isSignatureOf, toSignedMessage } from './signature.ts'

/** An answer or a notification, as its bytes came. */
export type SignedContent = { headers: IncomingHttpHeaders; body: Buffer }

/** The key of WeChat Pay that a `Wechatpay-Serial` names; null: there is none. */
export type FindKey = (serial: string) => KeyObject | null | Promise<KeyObject | null>

const skewMs = 5 * 60_000
const probePrefix = 'WECHATPAY/SIGNTEST/'

/** Throws a DoubtError unless WeChat Pay signed this within five minutes of `now`. Errors are signed as well. */
export async function verifySigned(
  { headers, body }: SignedContent,
  { findKey, now }: { findKey: FindKey; now: number },
): Promise<void> {
  const timestamp = headerOf(headers, 'wechatpay-timestamp')
  const nonce = headerOf(headers, 'wechatpay-nonce')
  const signature = headerOf(headers, 'wechatpay-signature')
  const serial = headerOf(headers, 'wechatpay-serial')
  if (!(timestamp && nonce && signature && serial)) throw new DoubtError('unsigned')
  if (signature.startsWith(probePrefix)) throw new DoubtError('probe')
  if (!isRecent(timestamp, now)) throw new DoubtError('stale')
  const key = await findKey(serial)
  if (key === null) throw new DoubtError('unknown_serial')
  if (!isSignatureOf(toSignedMessage(timestamp, nonce, body), signature, key)) throw new DoubtError('forged')
}

function isRecent(timestamp: string, now: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) <= skewMs
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
