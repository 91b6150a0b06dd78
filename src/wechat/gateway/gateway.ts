import { HubError } from '../../hub/errors.ts'
import type { Secret } from '../../secret.ts'
import { malformed } from './check-xml.ts'
import { type AesKey, decodeAesKey, decryptMessage, encryptMessage } from './message-crypto.ts'
import { readFields, type WireFields, type WireFormat } from './read-fields.ts'
import { hasSignature, signParts } from './signature.ts'
import { type PushedMessage, toMessage } from './to-message.ts'
import { writeFields } from './write-fields.ts'

export type GatewayKeys = {
  appId: string
  mode: 'plain' | 'compatible' | 'safe'
  token: Secret
  aesKey: Secret | null
  previousAesKey: Secret | null
}

/** The parameters of a push's URL, as the caller gave them. */
export type PushQuery = { readonly [name: string]: unknown }

/** `key` is the one that opened it; null: it came in plain. */
export type OpenedPush = { format: WireFormat; fields: WireFields; key: AesKey | null }

export type Gateway = ReturnType<typeof createGateway>

const freshForMs = 5 * 60 * 1000

/**
 * One app's side of WeChat's message push. Nothing gets through but what is signed with the app's token within
 * the last 5 minutes, in the mode that the app is set to; see the platform's "消息推送".
 */
export function createGateway(keys: GatewayKeys) {
  const { appId, mode } = keys
  const token = keys.token.reveal()
  const aesKeys = [keys.aesKey, keys.previousAesKey]
    .filter((key) => key !== null)
    .map((key) => decodeAesKey(key.reveal()))

  function decrypt(encrypted: string): { plain: Buffer; key: AesKey } {
    for (const key of aesKeys) {
      const plain = decryptMessage(key, appId, encrypted)
      if (plain !== null) return { plain, key }
    }
    throw forged('cannot be decrypted')
  }

  function openPlain(query: PushQuery, body: Uint8Array): OpenedPush {
    const { timestamp, nonce } = readStamp(query)
    if (!hasSignature([token, timestamp, nonce], readParam(query, 'signature')))
      throw forged('is not signed by WeChat')
    const { format, fields } = readFields(body)
    if (query.encrypt_type === 'aes' || 'Encrypt' in fields)
      throw forged('is encrypted, and the app is set to plain')
    return { format, fields, key: null }
  }

  /** What stands beside Encrypt is signed by nobody, and is not looked at. */
  function openEncrypted(query: PushQuery, body: Uint8Array): OpenedPush {
    const { timestamp, nonce } = readStamp(query)
    const signature = readParam(query, 'msg_signature')
    const { Encrypt } = readFields(body).fields
    if (typeof Encrypt !== 'string') throw forged('is not encrypted')
    if (!hasSignature([token, timestamp, nonce, Encrypt], signature)) throw forged('is not signed by WeChat')
    const { plain, key } = decrypt(Encrypt)
    return { ...readFields(plain), key }
  }

  return {
    /** The text that WeChat's check of the URL wants back. Throws forbidden. */
    answerCheck(query: PushQuery, now: number): string {
      const { timestamp, nonce } = readStamp(query)
      checkFresh(timestamp, now)
      const isSigned = hasSignature([token, timestamp, nonce], readParam(query, 'signature'))
      if (!isSigned) throw forged('is not signed by WeChat')
      return readParam(query, 'echostr')
    },

    /** Throws forbidden for what is not from WeChat or not fresh, bad_request for what cannot be read. */
    open(query: PushQuery, body: Uint8Array, now: number): OpenedPush {
      checkFresh(readStamp(query).timestamp, now)
      return mode === 'plain' ? openPlain(query, body) : openEncrypted(query, body)
    },

    /** A text as the answer to a push, encrypted where that was. `random` gives so many bytes. */
    writeReply(
      { format, fields, key }: OpenedPush,
      text: string,
      { now, random }: { now: number; random: (size: number) => Buffer },
    ): string {
      const seconds = Math.floor(now / 1000)
      const reply = writeFields(format, {
        ToUserName: String(fields.FromUserName),
        FromUserName: String(fields.ToUserName),
        CreateTime: seconds,
        MsgType: 'text',
        Content: text,
      })
      if (key === null) return reply
      const Encrypt = encryptMessage(key, appId, reply, random(16))
      const nonce = random(8).toString('hex')
      const MsgSignature = signParts([token, String(seconds), nonce, Encrypt])
      return writeFields(format, { Encrypt, MsgSignature, TimeStamp: seconds, Nonce: nonce })
    },
  }
}

/** Null for the probe of WeChat's cloud hosting, which is no message. Throws bad_request. */
export function readMessage({ fields }: OpenedPush): PushedMessage | null {
  if (fields.action === 'CheckContainerPath' && fields.MsgType === undefined) return null
  return toMessage(fields)
}

/**
 * With 64 characters a nonce could hold whole blocks of an Encrypt cut off at its front, and the signature would
 * still hold: it joins its parts without separator.
 */
function readStamp(query: PushQuery): { timestamp: string; nonce: string } {
  const timestamp = readParam(query, 'timestamp')
  const nonce = readParam(query, 'nonce')
  if (!/^\d{10}$/.test(timestamp) || !/^[\w-]{1,63}$/.test(nonce))
    throw forged('has no timestamp or no nonce')
  return { timestamp, nonce }
}

function checkFresh(timestamp: string, now: number): void {
  if (Math.abs(now - Number(timestamp) * 1000) > freshForMs)
    throw new HubError('forbidden', 'the push is stale')
}

/** Given once, that is. */
function readParam(query: PushQuery, name: string): string {
  const value = query[name]
  if (Array.isArray(value)) throw malformed(`has ${name} more than once`)
  if (typeof value !== 'string' || value === '' || value.length > 1024) throw forged(`has no ${name}`)
  return value
}

function forged(what: string): HubError {
  return new HubError('forbidden', `the push ${what}`)
}
