import { equal } from 'node:assert/strict'
import { createCipheriv, createSecretKey, hash } from 'node:crypto'
import { type Traffic, xmlPost } from '../load/traffic.ts'
import type { gatewayApps } from '../upstream/bench-app.ts'
import { codeOf, openIdOf } from '../upstream/people.ts'
import { persons } from './persons.ts'

type GatewayApp = (typeof gatewayApps)[keyof typeof gatewayApps]

/** Text messages of 1,000 users as WeChat pushes them: each with an id of its own, signed now. */
export function gatewayTraffic(app: GatewayApp): Traffic {
  const write = app.gatewayMode === 'safe' ? createEnvelope(app) : (_stamp: Stamp, xml: string) => ({ xml })
  return {
    request(n) {
      const stamp = { timestamp: String(Math.floor(Date.now() / 1000)), nonce: String(n) }
      const { xml, ...signed } = write(stamp, messageOf(n, stamp))
      const signature = sign([app.token, stamp.timestamp, stamp.nonce])
      const query = new URLSearchParams({ signature, ...stamp, ...signed })
      return xmlPost(`/gateway/${app.appid}?${query}`, xml)
    },
    isText: true,
    prefix: 'success',
    check: (_n, answer) => equal(answer, 'success'),
  }
}

type Stamp = { timestamp: string; nonce: string }

function messageOf(n: number, { timestamp }: Stamp): string {
  const from = openIdOf(codeOf(n % persons, 0))
  const msgId = `23${String(n).padStart(15, '0')}`
  return `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>${timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[When do the apples come?]]></Content><MsgId>${msgId}</MsgId></xml>`
}

/** AES-256-CBC with padding to 32 bytes around 16 bytes, a length, the message and the appId. */
function createEnvelope({ appid, token, encodingAesKey }: GatewayApp) {
  const bytes = Buffer.from(`${encodingAesKey}=`, 'base64')
  const key = createSecretKey(bytes)
  const iv = bytes.subarray(0, 16)

  function encrypt(xml: string): string {
    const head = Buffer.alloc(20, 'bench-bench-bench')
    head.writeUInt32BE(xml.length, 16)
    const plain = Buffer.concat([head, Buffer.from(xml + appid)])
    const padding = 32 - (plain.length % 32)
    const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
    return cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)])).toString('base64')
  }

  return ({ timestamp, nonce }: Stamp, message: string) => {
    const encrypted = encrypt(message)
    const xml = `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`
    const msg_signature = sign([token, timestamp, nonce, encrypted])
    return { xml, encrypt_type: 'aes', msg_signature }
  }
}

function sign(parts: readonly string[]): string {
  return hash('sha1', parts.toSorted().join(''))
}
