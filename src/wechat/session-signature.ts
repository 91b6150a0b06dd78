import { createHmac } from 'node:crypto'
import type { Secret } from '../secret.ts'

/**
 * WeChat's "login-state signature" `hmac_sha256` of a message, in hex: what shows WeChat that we hold a user's
 * session key. The key is its base64 text, not its bytes.
 */
export function signWithSessionKey(sessionKey: Secret, message: string): string {
  return createHmac('sha256', sessionKey.reveal()).update(message).digest('hex')
}
