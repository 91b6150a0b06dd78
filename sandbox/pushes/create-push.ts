import type { RandomBytes } from '../random-bytes.ts'
import type { Fields, FieldValue } from './field-value.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { addQuery } from './gateway-settings.ts'
import { encryptMessage } from './message-cipher.ts'
import { sign } from './sign.ts'
import { writeJson } from './write-json.ts'
import { writeXml } from './write-xml.ts'

/** What WeChat never sends, to see it refused; `stale` is signed well, ten minutes ago. */
export const tampers = ['signature', 'encrypt', 'appid', 'stale'] as const
export type Tamper = (typeof tampers)[number]

export type Push = { url: string; contentType: string; body: string }

type Deps = { realNow: () => number; random: RandomBytes }
type Options = { fields: Fields; openid: string | null; tamper: Tamper | null }

const staleMs = 10 * 60_000

/** One signed POST; each attempt is signed and encrypted anew. Signed times are real time. */
export function createPush(deps: Deps, settings: GatewaySettings, options: Options): Push {
  const { format, mode, token, url } = settings
  const { fields, openid, tamper } = options
  const timestamp = String(Math.floor((deps.realNow() - (tamper === 'stale' ? staleMs : 0)) / 1000))
  const nonce = String(deps.random(4).readUInt32BE())
  const signature = spoilIf(tamper === 'signature', sign(token, timestamp, nonce))
  const query = { signature, timestamp, nonce }
  if (mode === 'plain') return toPush(format, addQuery(url, query), fields)

  const encrypted = encryptFields(deps, settings, options)
  const aesQuery = {
    ...query,
    ...(openid !== null && { openid }),
    encrypt_type: 'aes',
    msg_signature: spoilIf(tamper === 'signature', sign(token, timestamp, nonce, encrypted)),
  }
  const visible = mode === 'compatible' ? fields : pick(fields, 'ToUserName')
  const sent = { ...visible, Encrypt: spoilIf(tamper === 'encrypt', encrypted) }
  return toPush(format, addQuery(url, aesQuery), sent)
}

function encryptFields({ random }: Deps, settings: GatewaySettings, { fields, tamper }: Options): string {
  const appid = spoilIf(tamper === 'appid', settings.appid)
  const message = write(settings.format, fields)
  return encryptMessage({ appid, message, random16: random(16) }, settings.encodingAesKey)
}

function toPush(format: GatewaySettings['format'], url: string, fields: Fields): Push {
  const contentType = format === 'xml' ? 'text/xml' : 'application/json'
  return { url, contentType, body: write(format, fields) }
}

function write(format: GatewaySettings['format'], fields: Fields): string {
  return format === 'xml' ? writeXml(fields) : writeJson(fields)
}

function pick(fields: Fields, name: string): Record<string, FieldValue> {
  const value = fields[name]
  return value === undefined ? {} : { [name]: value }
}

/** Another character in the middle; the end of base64 would not always count. */
function spoilIf(isWanted: boolean, text: string): string {
  if (!isWanted) return text
  const at = Math.floor(text.length / 2)
  return text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
}
