import { createCipheriv, createHash, randomBytes } from 'node:crypto'

export type PushSettings = {
  appId: string
  mode: 'plain' | 'compatible' | 'safe'
  token: string
  aesKey: string
}

/** A push as WeChat sends it: where to, and what. */
export type Pushed = { path: string; body: Buffer }

let pushes = 0

/** Signs, and encrypts where the mode says so, as WeChat's documents describe it. Shares no code with the hub. */
export function makePush(
  { appId, mode, token, aesKey }: PushSettings,
  message: string | Buffer,
  { at = Date.now(), base = `/gateway/${appId}` } = {},
): Pushed {
  const timestamp = String(Math.floor(at / 1000))
  pushes += 1
  const nonce = String(1_000_000 + pushes)
  const query = new URLSearchParams({ signature: sign(token, timestamp, nonce), timestamp, nonce })
  const content = Buffer.from(message)
  if (mode === 'plain') return { path: `${base}?${query}`, body: content }
  const encrypted = encrypt(aesKey, appId, content)
  query.set('encrypt_type', 'aes')
  query.set('msg_signature', sign(token, timestamp, nonce, encrypted))
  return {
    path: `${base}?${query}`,
    body: Buffer.from(wrap(encrypted, content.toString('latin1').startsWith('{'))),
  }
}

/** WeChat's check of the URL. */
export function makeCheck({ appId, token }: PushSettings, echostr: string, at = Date.now()): string {
  const timestamp = String(Math.floor(at / 1000))
  const query = new URLSearchParams({
    signature: sign(token, timestamp, 'n'),
    timestamp,
    nonce: 'n',
    echostr,
  })
  return `/gateway/${appId}?${query}`
}

export function toXml(fields: Record<string, string | number>): string {
  const elements = Object.entries(fields).map(([name, value]) =>
    typeof value === 'number' ? `<${name}>${value}</${name}>` : `<${name}><![CDATA[${value}]]></${name}>`,
  )
  return `<xml>${elements.join('\n')}</xml>`
}

export function textMessage(msgId: string | number, openId = 'o_sender', content = 'hello') {
  const CreateTime = Math.floor(Date.now() / 1000)
  return {
    ToUserName: 'gh_1',
    FromUserName: openId,
    CreateTime,
    MsgType: 'text',
    Content: content,
    MsgId: msgId,
  }
}

function wrap(encrypted: string, isJson: boolean): string {
  if (isJson) return JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypted })
  return toXml({ ToUserName: 'gh_1', Encrypt: encrypted })
}

function sign(...parts: string[]): string {
  return createHash('sha1').update(parts.sort().join('')).digest('hex')
}

function encrypt(aesKey: string, appId: string, message: Buffer): string {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(appId)])
  const padding = 32 - (plain.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)])
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}
