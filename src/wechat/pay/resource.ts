import { createDecipheriv } from 'node:crypto'
import type { Secret } from '../../secret.ts'

/** AEAD_AES_256_GCM, as in certificates and notifications: `ciphertext` is base64, its last 16 bytes are the tag. */
export type EncryptedResource = { ciphertext: string; nonce: string; associatedData: string }

const tagLength = 16

/** Throws where the key is another, or anything was changed. */
export function decryptResource(apiV3Key: Secret, resource: EncryptedResource): string {
  const { ciphertext, nonce, associatedData } = resource
  const bytes = Buffer.from(ciphertext, 'base64')
  if (bytes.length < tagLength) throw new Error('the ciphertext has no tag')
  const key = Buffer.from(apiV3Key.reveal())
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce), { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(associatedData)).setAuthTag(bytes.subarray(-tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]).toString()
}

/** The resource in an object as WeChat Pay sends it; null if it is none. */
export function findResource(value: unknown): EncryptedResource | null {
  if (typeof value !== 'object' || value === null) return null
  const { algorithm, ciphertext, nonce, associated_data: aad = '' } = value as Record<string, unknown>
  if (algorithm !== 'AEAD_AES_256_GCM' || typeof aad !== 'string') return null
  if (typeof ciphertext !== 'string' || typeof nonce !== 'string' || nonce === '') return null
  return { ciphertext, nonce, associatedData: aad }
}
