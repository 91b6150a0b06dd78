import { createDecipheriv, type KeyObject } from 'node:crypto'

/** What WeChat's client encrypted under a session key: the fields differ by the call. */
export type OpenData = Record<string, unknown> & { watermark: { appid: string; timestamp: number } }

/** The bytes that were sent as base64; `iv` is one block, `data` a number of them. */
export type Encrypted = { iv: Buffer; data: Buffer }

/** Null for what is no base64, or cannot be made of whole blocks. */
export function readEncrypted(input: { encryptedData: string; iv: string }): Encrypted | null {
  const iv = fromBase64(input.iv)
  const data = fromBase64(input.encryptedData)
  if (iv?.length !== blockLength) return null
  if (data === null || data.length === 0 || data.length % blockLength !== 0) return null
  return { iv, data }
}

/**
 * Decrypts `encryptedData` of a mini program: AES-128-CBC, PKCS#7, JSON with a watermark. Null whatever is
 * wrong (key, padding, text, JSON, another app's watermark): whoever guesses learns nothing from the
 * difference.
 */
export function decryptOpenData(appId: string, key: KeyObject, { iv, data }: Encrypted): OpenData | null {
  if (key.symmetricKeySize !== blockLength) return null
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv)
    const plain = Buffer.concat([decipher.update(data), decipher.final()])
    const value: unknown = JSON.parse(utf8.decode(plain))
    return isOpenData(value) && value.watermark.appid === appId ? value : null
  } catch {
    return null
  }
}

const blockLength = 16
const utf8 = new TextDecoder('utf-8', { fatal: true })

function fromBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return null
  return Buffer.from(text, 'base64')
}

function isOpenData(value: unknown): value is OpenData {
  if (typeof value !== 'object' || value === null || !('watermark' in value)) return false
  const { watermark } = value
  return typeof watermark === 'object' && watermark !== null && 'appid' in watermark
}
