import { createCipheriv } from 'node:crypto'

/** AES-128-CBC with PKCS#7; key and iv are 16 bytes in base64, so is what comes out. */
export function encryptOpenData(
  text: string,
  { sessionKey, iv }: { sessionKey: string; iv: string },
): string {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64'))
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}
