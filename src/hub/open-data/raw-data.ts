import { hash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../secret.ts'
import { HubError } from '../errors.ts'

/** A text of WeChat's client in plain, and what it signed it with. */
export type SignedText = { rawData: string; signature: string }

/** Both or none, "" being none. Throws bad_request for one without the other. */
export function toSignedText(rawData = '', signature = ''): SignedText | null {
  if (rawData === '' && signature === '') return null
  if (rawData === '' || signature === '') {
    throw new HubError('bad_request', 'rawData and signature belong together: one of them is missing')
  }
  return { rawData, signature }
}

/**
 * Whether the signature was made under one of the session keys: `sha1(rawData + session_key)` in hex, the key
 * as its base64 text (WeChat's documentation, 服务端获取开放数据). All keys are tried, in constant time.
 */
export function isSigned({ rawData, signature }: SignedText, keys: readonly Secret[]): boolean {
  if (!/^[0-9a-fA-F]{40}$/.test(signature)) return false
  const given = Buffer.from(signature, 'hex')
  const matches = keys.map((key) => timingSafeEqual(given, hash('sha1', rawData + key.reveal(), 'buffer')))
  return matches.includes(true)
}
