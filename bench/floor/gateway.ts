import { createDecipheriv, createSecretKey, hash, timingSafeEqual } from 'node:crypto'
import { gatewayApps } from '../upstream/bench-app.ts'
import { type Fields, readXml } from './read-xml.ts'
import { storeMessage } from './store-message.ts'

const freshForMs = 5 * 60 * 1000
const commonFields = new Set(['FromUserName', 'CreateTime', 'MsgType', 'Event'])
const gateways = new Map(
  Object.values(gatewayApps).map((app) => {
    const bytes = Buffer.from(`${app.encodingAesKey}=`, 'base64')
    return [app.appid as string, { ...app, key: createSecretKey(bytes), iv: bytes.subarray(0, 16) }]
  }),
)

type Gateway = NonNullable<ReturnType<typeof gateways.get>>

/** Stores what is signed and fresh, in the app's one mode; returns the HTTP status when it is on disk. */
export async function receive(appId: string, query: URLSearchParams, body: string): Promise<number> {
  const gateway = gateways.get(appId)
  if (gateway === undefined) return 404
  const timestamp = query.get('timestamp') ?? ''
  const nonce = query.get('nonce') ?? ''
  if (!/^\d{10}$/.test(timestamp) || !/^[\w-]{1,63}$/.test(nonce)) return 403
  if (Math.abs(Date.now() - Number(timestamp) * 1000) > freshForMs) return 403
  const fields = open(gateway, { timestamp, nonce, query }, body)
  if (typeof fields === 'number') return fields
  const { FromUserName, CreateTime, MsgType, MsgId, Event, EventKey = '' } = fields
  if (
    typeof FromUserName !== 'string' ||
    typeof MsgType !== 'string' ||
    !/^\d{1,11}$/.test(String(CreateTime))
  )
    return 400
  const createdAt = Number(CreateTime) * 1000
  const isMessage = Event === undefined && MsgId !== undefined
  const parts = isMessage ? [appId, MsgId] : [appId, FromUserName, createdAt, Event, EventKey]
  await storeMessage({
    appId,
    dedupeKey: hash('sha256', JSON.stringify(parts), 'buffer').subarray(0, 16),
    openId: FromUserName,
    kind: MsgType,
    event: typeof Event === 'string' ? Event : null,
    createdAt,
    receivedAt: Date.now(),
    content: JSON.stringify(
      Object.fromEntries(Object.entries(fields).filter(([name]) => !commonFields.has(name))),
    ),
  })
  return 200
}

type Stamp = { timestamp: string; nonce: string; query: URLSearchParams }

function open(gateway: Gateway, { timestamp, nonce, query }: Stamp, body: string): Fields | number {
  const fields = readXml(body)
  if (fields === null) return 400
  if (gateway.gatewayMode === 'plain') {
    const isSigned = hasSignature([gateway.token, timestamp, nonce], query.get('signature'))
    return isSigned && fields.Encrypt === undefined ? fields : 403
  }
  const { Encrypt } = fields
  if (typeof Encrypt !== 'string') return 403
  if (!hasSignature([gateway.token, timestamp, nonce, Encrypt], query.get('msg_signature'))) return 403
  const plain = decrypt(gateway, Encrypt)
  return plain === null ? 403 : (readXml(plain) ?? 400)
}

function hasSignature(parts: string[], signature: string | null): boolean {
  const given = Buffer.from(signature ?? '')
  const expected = Buffer.from(hash('sha1', parts.sort().join('')))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function decrypt({ key, iv, appid }: Gateway, encrypted: string): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encrypted)) return null
  const sealed = Buffer.from(encrypted, 'base64')
  if (sealed.length < 32 || sealed.length % 16 !== 0) return null
  const plain = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(sealed)
  const padding = plain.at(-1) ?? 0
  if (padding < 1 || padding > 32 || plain.subarray(-padding).some((byte) => byte !== padding)) return null
  const end = 20 + plain.readUInt32BE(16)
  const isOurs = plain.toString('latin1', end, plain.length - padding) === appid
  return isOurs ? plain.toString('utf8', 20, end) : null
}
