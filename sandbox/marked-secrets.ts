import type { RandomBytes } from './random-bytes.ts'
import { secretMark } from './secret-mark.ts'

/** 32 lower-case hex digits. */
export function createAppSecret(random: RandomBytes): string {
  return secretMark + random(10).toString('hex')
}

/** Digits, underscore, base64url: the shape of app tokens, user tokens and refresh tokens. */
export function createTokenText(random: RandomBytes): string {
  return `98_${secretMark}${random(93).toString('base64url')}`
}

/** 16 bytes in canonical base64: nine bytes carry the mark, seven are random. */
export function createSessionKey(random: RandomBytes): string {
  return Buffer.concat([Buffer.from(secretMark, 'base64'), random(7)]).toString('base64')
}

/** Letters and digits, at most 32. */
export function createGatewayToken(random: RandomBytes): string {
  return secretMark + random(8).toString('hex')
}

/** 43 letters and digits; the final 0 leaves the two unused bits empty, so strict decoders agree. */
export function createEncodingAesKey(random: RandomBytes): string {
  return `${secretMark}${random(15).toString('hex')}0`
}

/** 32 characters, used as they stand. */
export function createApiV3Key(random: RandomBytes): string {
  return secretMark + random(10).toString('hex')
}
