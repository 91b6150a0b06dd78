import { createCipheriv, createDecipheriv } from 'node:crypto'

type Envelope = { appid: string; message: string; random16: Buffer }

const blockBytes = 32
const headBytes = 20

/** 16 random bytes, length, message, appid; padded to 32; AES-256-CBC under a key that is its own iv. */
export function encryptMessage({ appid, message, random16 }: Envelope, encodingAesKey: string): string {
  const body = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = Buffer.concat([random16, length, body, Buffer.from(appid)])
  const padding = blockBytes - (plain.length % blockBytes)
  const key = toKey(encodingAesKey)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)])
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}

/** Null when the bytes are not what the other function makes. */
export function decryptMessage(encrypted: string, encodingAesKey: string): Envelope | null {
  const bytes = Buffer.from(encrypted, 'base64')
  if (bytes.length === 0 || bytes.length % blockBytes !== 0) return null
  const key = toKey(encodingAesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()])
  const padding = padded.at(-1) ?? 0
  const end = padded.length - padding
  if (padding < 1 || padding > blockBytes || end < headBytes) return null
  if (padded.subarray(end).some((byte) => byte !== padding)) return null
  const bodyEnd = headBytes + padded.readUInt32BE(16)
  if (bodyEnd > end) return null
  return {
    random16: padded.subarray(0, 16),
    message: padded.toString('utf8', headBytes, bodyEnd),
    appid: padded.toString('utf8', bodyEnd, end),
  }
}

/** The last of the 43 characters carries two bits that say nothing. */
function toKey(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, 'base64')
}
