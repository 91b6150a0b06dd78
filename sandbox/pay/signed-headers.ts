import type { KeyObject } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { RandomBytes } from '../random-bytes.ts'
import { createNonce } from './create-nonce.ts'
import { signMessage, toSignedMessage } from './crypto/signature.ts'

/**
 * What can be wrong with something signed: the signature, the body, no signature at all, signed ten minutes
 * ago, under an unknown serial, or one of WeChat's own probes.
 */
export const tamperings = ['signature', 'body', 'unsigned', 'stale', 'serial', 'probe'] as const
export type Tampering = (typeof tamperings)[number]

export type Signer = { serial: string; privateKey: KeyObject }

const probePrefix = 'WECHATPAY/SIGNTEST/'
const staleMs = 10 * 60_000

/** The four headers over time, nonce and body; timestamps are real time whatever the clock says. */
export function createSignedHeaders(
  { clock, random }: { clock: Clock; random: RandomBytes },
  { signer, body, tampering }: { signer: Signer; body: string; tampering?: Tampering | undefined },
): Record<string, string> {
  if (tampering === 'unsigned') return {}
  const signedAt = clock.realNow() - (tampering === 'stale' ? staleMs : 0)
  const timestamp = String(Math.floor(signedAt / 1000))
  const nonce = createNonce(random, 32)
  const signature = signMessage(toSignedMessage(timestamp, nonce, body), signer.privateKey)
  return {
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': tampering === 'serial' ? `${signer.serial.slice(0, -4)}0000` : signer.serial,
    'Wechatpay-Signature': tamperSignature(signature, body, tampering),
    'Wechatpay-Timestamp': timestamp,
  }
}

/** A body with one digit changed, or a blank more when it has none. */
export function tamperBody(body: string, tampering: Tampering | undefined): string {
  if (tampering !== 'body' || body === '') return body
  const at = body.search(/\d/)
  if (at < 0) return `${body} `
  return `${body.slice(0, at)}${(Number(body[at]) + 1) % 10}${body.slice(at + 1)}`
}

function tamperSignature(signature: string, body: string, tampering: Tampering | undefined): string {
  if (tampering === 'probe') return probePrefix + signature.slice(probePrefix.length)
  // An empty body leaves nothing else to change.
  if (tampering !== 'signature' && !(tampering === 'body' && body === '')) return signature
  const bytes = Buffer.from(signature, 'base64')
  bytes[9] = (bytes[9] ?? 0) ^ 1
  return bytes.toString('base64')
}
