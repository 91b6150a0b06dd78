import { hash, randomBytes } from 'node:crypto'

/** 256 random bits; only their SHA-256 is stored. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url')
}

export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
