import type { KeyObject } from 'node:crypto'
import { sign, verify } from 'node:crypto'

/** PKCS#1 v1.5 with SHA-256, base64. */
export function signMessage(message: string, privateKey: KeyObject): string {
  return sign('sha256', Buffer.from(message), privateKey).toString('base64')
}

export function verifyMessage(message: string, signature: string, publicKey: KeyObject): boolean {
  return verify('sha256', Buffer.from(message), publicKey, Buffer.from(signature, 'base64'))
}

/** Each part on a line of its own, the last one too. */
export function toSignedMessage(...parts: (string | number)[]): string {
  return `${parts.join('\n')}\n`
}
