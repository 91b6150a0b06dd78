import type { KeyObject } from 'node:crypto'
import { createPublicKey, sign } from 'node:crypto'
import {
  derBits,
  derInteger,
  derNull,
  derObjectId,
  derSequence,
  derSet,
  derTagged,
  derText,
  derTime,
} from './der.ts'

const sha256WithRsa = () => derSequence(derObjectId('1.2.840.113549.1.1.11'), derNull())

/** Node reads certificates but makes none. A self-signed one as PEM; serial in upper-case hex, times in ms. */
export function createCertificate(options: {
  privateKey: KeyObject
  serial: string
  commonName: string
  effectiveAt: number
  expiresAt: number
}): string {
  const { privateKey, serial, effectiveAt, expiresAt } = options
  const name = toName(options.commonName)
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const content = derSequence(
    derTagged(0, derInteger(Buffer.from([2]))),
    derInteger(Buffer.from(serial, 'hex')),
    sha256WithRsa(),
    name,
    derSequence(derTime(effectiveAt), derTime(expiresAt)),
    name,
    publicKey,
  )
  const signature = sign('sha256', content, privateKey)
  return toPem(derSequence(content, sha256WithRsa(), derBits(signature)))
}

function toName(commonName: string): Buffer {
  const attributes: [string, string][] = [
    ['2.5.4.6', 'CN'],
    ['2.5.4.10', 'Sandbox'],
    ['2.5.4.3', commonName],
  ]
  return derSequence(
    ...attributes.map(([type, text]) => derSet(derSequence(derObjectId(type), derText(text)))),
  )
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
