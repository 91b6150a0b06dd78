import { createCipheriv } from 'node:crypto'

/** AEAD_AES_256_GCM: key of 32 bytes, nonce of 12 characters; base64 of ciphertext and tag. */
export function encryptResource(
  text: string,
  { key, nonce, associatedData }: { key: string; nonce: string; associatedData: string },
): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associatedData))
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}
