import type { KeyObject } from 'node:crypto'
import { signMessage, toSignedMessage } from './signature.ts'

/** `path` with its query, as sent; `body` empty for a GET. `timestamp` in seconds. */
export type AuthorizedRequest = {
  mchid: string
  serial: string
  method: string
  path: string
  body: string
  timestamp: number
  nonce: string
}

/** The `Authorization` of a call: a signature over exactly what is sent. */
export async function createAuthorization(request: AuthorizedRequest, key: KeyObject): Promise<string> {
  const { mchid, serial, method, path, body, timestamp, nonce } = request
  const signature = await signMessage(toSignedMessage(method, path, String(timestamp), nonce, body), key)
  const fields = { mchid, nonce_str: nonce, signature, timestamp, serial_no: serial }
  const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`)
  return `WECHATPAY2-SHA256-RSA2048 ${list.join(',')}`
}
