import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'

const blockSize = 32
const headSize = 20 // 16 random bytes, 4 bytes of length

/** A key object: one that is given as bytes costs 10 µs more at each use. The iv is its first half. */
export type AesKey = { key: KeyObject; iv: Buffer }

/**
 * The key that an EncodingAESKey stands for. The last of its 43 characters carries two bits that belong to no
 * byte, and real keys set them: Node decodes them leniently.
 */
export function decodeAesKey(encodingAesKey: string): AesKey {
  const bytes = Buffer.from(`${encodingAesKey}=`, 'base64')
  return { key: createSecretKey(bytes), iv: bytes.subarray(0, 16) }
}

/**
 * Opens AES-256-CBC with PKCS#7 padding to 32 bytes around 16 random bytes, a length, the message and the appId.
 * Null whatever is wrong: base64, padding, length, or an appId that is not the given one.
 */
export function decryptMessage({ key, iv }: AesKey, appId: string, encrypted: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encrypted)) return null
  const sealed = Buffer.from(encrypted, 'base64')
  if (sealed.length === 0 || sealed.length % 16 !== 0) return null
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(sealed), decipher.final()])
  const padding = padded[padded.length - 1] ?? 0
  const plain = padded.subarray(0, padded.length - padding)
  const isPadded = padding >= 1 && padding <= blockSize && padded.subarray(plain.length).every(is(padding))
  if (!isPadded || plain.length < headSize) return null
  const end = headSize + plain.readUInt32BE(16)
  const suffix = Buffer.from(appId)
  const isOurs = plain.length - end === suffix.length && timingSafeEqual(plain.subarray(end), suffix)
  return isOurs ? plain.subarray(headSize, end) : null
}

/** `random` has 16 bytes. */
export function encryptMessage({ key, iv }: AesKey, appId: string, message: string, random: Buffer): string {
  const body = Buffer.from(message)
  const head = Buffer.alloc(headSize)
  random.copy(head)
  head.writeUInt32BE(body.length, 16)
  const plain = Buffer.concat([head, body, Buffer.from(appId)])
  const padding = blockSize - (plain.length % blockSize)
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  const sealed = [cipher.update(plain), cipher.update(Buffer.alloc(padding, padding)), cipher.final()]
  return Buffer.concat(sealed).toString('base64')
}

const is = (expected: number) => (byte: number) => byte === expected
