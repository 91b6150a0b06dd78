import { drawRandomBytes } from '../../database/random-bytes.ts'
import { sha256 } from '../../sha256.ts'

/** 256 random bits; only their SHA-256 is stored. Never one that looks like an API key. */
export function makeToken(): string {
  const token = drawRandomBytes(32).toString('base64url')
  return token.startsWith('whk_') ? makeToken() : token
}

export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

export function hashToken(token: string): Buffer {
  return sha256(token)
}
