import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { drawRandomBytes } from './random-bytes.ts'

/**
 * AES-256-GCM. A sealed value is: version (1 byte), key number (4, big-endian), nonce (12), ciphertext,
 * tag (16). `context` is authenticated with it, so that a value copied to another row or column does not open.
 */
export function sealBytes(
  key: KeyObject | Uint8Array,
  keyNumber: number,
  context: string,
  plain: Uint8Array,
): Buffer {
  const header = Buffer.allocUnsafe(headerLength)
  header.writeUInt8(formatVersion, 0)
  header.writeUInt32BE(keyNumber, 1)
  const nonce = drawRandomBytes(nonceLength)
  nonce.copy(header, 5)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The number of the key that sealed a value; throws if it is no sealed value. */
export function keyNumberOf(sealed: Uint8Array): number {
  const bytes = asBuffer(sealed)
  if (bytes.length < headerLength + tagLength || bytes[0] !== formatVersion) {
    throw new Error('a stored value is not a sealed one')
  }
  return bytes.readUInt32BE(1)
}

/** Throws if the key, the context or a single bit is another. */
export function unsealBytes(key: KeyObject | Uint8Array, context: string, sealed: Uint8Array): Buffer {
  const bytes = asBuffer(sealed)
  const decipher = createOpening(key, context, bytes)
  const plain = decipher.update(bytes.subarray(headerLength, -tagLength))
  // Adds nothing in this mode, and throws where something is another.
  decipher.final()
  return plain
}

/** As `unsealBytes`, for what was a text: a fifth faster than by way of bytes. */
export function unsealText(key: KeyObject | Uint8Array, context: string, sealed: Uint8Array): string {
  const bytes = asBuffer(sealed)
  const decipher = createOpening(key, context, bytes)
  return decipher.update(bytes.subarray(headerLength, -tagLength), undefined, 'utf8') + decipher.final('utf8')
}

function createOpening(key: KeyObject | Uint8Array, context: string, bytes: Buffer) {
  const nonce = bytes.subarray(5, headerLength)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  return decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagLength))
}

const formatVersion = 1
const nonceLength = 12
const tagLength = 16
const headerLength = 5 + nonceLength

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
