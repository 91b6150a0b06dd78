import { createDecipheriv, createSecretKey } from 'node:crypto'
import { appId, database, seal } from './app.ts'
import { checkSession } from './session-check.ts'

const findKeys = database.prepare('select session_keys from identities where id = ?')
const maxKeyAgeMs = 3 * 24 * 60 * 60 * 1000
const utf8 = new TextDecoder('utf-8', { fatal: true })
const base64 = /^[A-Za-z0-9+/]+={0,2}$/

type Key = { key: string; at: number }
type Data = { openId?: unknown; unionId?: unknown; watermark?: { appid?: unknown } }
type Input = { token: string; encryptedData: string; iv: string }

/** The data in plain, opened with one of the user's keys; an errcode where that cannot be. */
export function decode(input: Input): Data | number {
  if (input.token === '') return 1001
  if (input.encryptedData === '') return 1002
  if (input.iv === '') return 1003
  const session = checkSession(input.token)
  if (session === null) return 1000
  if (!base64.test(input.encryptedData) || !base64.test(input.iv)) return 1004
  const bytes = Buffer.from(input.encryptedData, 'base64')
  const iv = Buffer.from(input.iv, 'base64')
  if (bytes.length === 0 || bytes.length % 16 !== 0 || iv.length !== 16) return 1004
  const sealed = findKeys.get(session.identityId)?.session_keys
  if (!(sealed instanceof Uint8Array)) return 1004
  const now = Date.now()
  for (const { key, at } of JSON.parse(seal.unseal(String(session.identityId), sealed)) as Key[]) {
    if (now - at >= maxKeyAgeMs) continue
    const data = decrypt(key, iv, bytes)
    if (data === null || data.watermark?.appid !== appId) continue
    if (data.openId !== undefined && data.openId !== session.openId) continue
    if (data.unionId !== undefined && session.unionId !== null && data.unionId !== session.unionId) continue
    return data
  }
  return 1004
}

function decrypt(key: string, iv: Buffer, bytes: Buffer): Data | null {
  try {
    const decipher = createDecipheriv('aes-128-cbc', createSecretKey(key, 'base64'), iv)
    const plain = Buffer.concat([decipher.update(bytes), decipher.final()])
    return JSON.parse(utf8.decode(plain)) as Data
  } catch {
    return null
  }
}
