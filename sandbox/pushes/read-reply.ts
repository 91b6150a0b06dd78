import type { Fields, FieldValue } from './field-value.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { decryptMessage } from './message-cipher.ts'
import { parseXml } from './parse-xml.ts'
import { checkPassiveReply } from './passive-reply.ts'
import { sign } from './sign.ts'

/** A reply that shows something, or the two words for "received"; or why WeChat would not take it. */
export type Reading = { reply: Fields | null; encrypted: boolean } | { failure: string }

/** Empty and `success` may always go unencrypted; in safe mode nothing else may. */
export function readReply(settings: GatewaySettings, pushed: Fields, body: string): Reading {
  if (body === '' || body === 'success') return { reply: null, encrypted: false }
  const outer = parseFields(body)
  if (outer === null) return { failure: 'bad answer: not empty, success, XML or JSON' }
  if (outer.Encrypt === undefined) {
    if (settings.mode === 'safe') return { failure: 'bad answer: must be encrypted in safe mode' }
    return check(settings, pushed, outer, false)
  }
  if (settings.mode === 'plain') return { failure: 'bad answer: encrypted in plain mode' }
  const opened = openEnvelope(settings, outer, body.trimStart().startsWith('{'))
  return 'failure' in opened ? opened : readOpened(settings, pushed, opened.message)
}

function readOpened(settings: GatewaySettings, pushed: Fields, message: string): Reading {
  if (message === '' || message === 'success') return { reply: null, encrypted: true }
  const reply = parseFields(message)
  if (reply === null) return { failure: 'bad answer: what was encrypted is neither XML nor JSON' }
  return check(settings, pushed, reply, true)
}

function check({ format }: GatewaySettings, pushed: Fields, reply: Fields, encrypted: boolean): Reading {
  const problem = format === 'xml' ? checkPassiveReply(reply, pushed) : null
  return problem === null ? { reply, encrypted } : { failure: `bad answer: ${problem}` }
}

function openEnvelope(
  { appid, token, encodingAesKey }: GatewaySettings,
  outer: Fields,
  isJson: boolean,
): { message: string } | { failure: string } {
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = outer
  const isTimeStamp = isJson ? Number.isSafeInteger(TimeStamp) : /^\d+$/.test(String(TimeStamp))
  if (!isTimeStamp)
    return { failure: `bad answer: TimeStamp must be a ${isJson ? 'number' : 'text of digits'}` }
  if (!isText(Encrypt) || !isText(Nonce)) return { failure: 'bad answer: Encrypt or Nonce is no text' }
  if (MsgSignature !== sign(token, String(TimeStamp), Nonce, Encrypt)) {
    return { failure: 'bad answer: MsgSignature is wrong' }
  }
  const envelope = decryptMessage(Encrypt, encodingAesKey)
  if (envelope === null) return { failure: 'bad answer: Encrypt cannot be decrypted' }
  if (envelope.appid !== appid) return { failure: 'bad answer: encrypted for another appid' }
  return { message: envelope.message }
}

function isText(value: FieldValue | undefined): value is string {
  return typeof value === 'string' && value !== ''
}

function parseFields(body: string): Fields | null {
  if (!body.trimStart().startsWith('{')) return parseXml(body)
  try {
    const fields = JSON.parse(body) as Fields
    // What is nested too deep to be written again could not be shown to the tester.
    JSON.stringify(fields)
    return fields
  } catch {
    return null
  }
}
