import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { HubError } from '../../hub/errors.ts'
import { Secret } from '../../secret.ts'
import { createGateway, readMessage } from './gateway.ts'
import { decodeAesKey, decryptMessage, encryptMessage } from './message-crypto.ts'
import { readFields } from './read-fields.ts'
import { hasSignature, signParts } from './signature.ts'

type Vector = { id: string; kind: string; inputs: Record<string, string>; expected: Record<string, string> }

const { vectors } = JSON.parse(readFileSync('test/vectors/gateway.json', 'utf8')) as { vectors: Vector[] }
const token = 'AAAAA'
const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const appId = 'wxba5fad812f8e6fb9'
const now = 1_790_000_000_000
const timestamp = String(now / 1000)
const random = Buffer.from('0123456789abcdef')
const text = {
  ToUserName: 'gh_1',
  FromUserName: 'o1',
  CreateTime: 1790000000,
  MsgType: 'text',
  Content: '好',
}

function vectorsOf(kind: string): Vector[] {
  const found = vectors.filter((vector) => vector.kind === kind)
  ok(found.length > 0)
  return found
}

function gatewayIn(mode: 'plain' | 'compatible' | 'safe', previous: string | null = null) {
  const previousAesKey = previous === null ? null : new Secret(previous)
  return createGateway({
    appId,
    mode,
    token: new Secret(token),
    aesKey: new Secret(encodingAesKey),
    previousAesKey,
  })
}

function sealed(message: string, nonce = 'n1', key = encodingAesKey) {
  const Encrypt = encryptMessage(decodeAesKey(key), appId, message, random)
  const query = { timestamp, nonce, msg_signature: signParts([token, timestamp, nonce, Encrypt]) }
  return { query, Encrypt, body: Buffer.from(JSON.stringify({ ToUserName: 'gh_1', Encrypt })) }
}

const isRefusal = (error: unknown) =>
  error instanceof HubError && (error.code === 'forbidden' || error.code === 'bad_request')

test('signs and checks as published', () => {
  for (const { inputs, expected } of vectorsOf('gateway.signature.sha1')) {
    const { token: own = '', timestamp: at = '', nonce = '' } = inputs
    equal(signParts([own, at, nonce]), expected.signature)
  }
  for (const { inputs } of vectorsOf('gateway.signature.negative')) {
    const { token: own = '', timestamp: at = '', nonce = '', signature = '' } = inputs
    equal(hasSignature([own, at, nonce], signature), false)
  }
})

test('opens and makes the published messages', () => {
  for (const { id, inputs, expected } of vectorsOf('gateway.message.aes-256-cbc')) {
    const key = decodeAesKey(inputs.encodingAESKey ?? '')
    const encrypted = inputs.encrypt ?? ''
    equal(decryptMessage(key, inputs.appid ?? '', encrypted)?.toString(), expected.plaintext, id)
    equal(decryptMessage(key, 'wx0000000000000000', encrypted), null, id)
    const head = Buffer.from(expected.random16 ?? '', expected.random16?.length === 32 ? 'hex' : 'utf8')
    equal(encryptMessage(key, inputs.appid ?? '', expected.plaintext ?? '', head), encrypted, id)
    if (expected.msg_signature !== undefined) {
      const parts = [inputs.token ?? '', inputs.timestamp ?? '', inputs.nonce ?? '', encrypted]
      equal(signParts(parts), expected.msg_signature, id)
    }
  }
  for (const { id, inputs, expected } of vectorsOf('gateway.message.pkcs7-32')) {
    const key = decodeAesKey(inputs.encodingAESKey ?? '')
    const { message = '', appid = '', random16 = '' } = inputs
    equal(encryptMessage(key, appid, message, Buffer.from(random16)), expected.encrypt, id)
    equal(decryptMessage(key, appid, expected.encrypt ?? '')?.toString(), message, id)
  }
})

test('opens what it sealed, whatever the length', () => {
  const key = decodeAesKey(encodingAesKey)
  for (let length = 0; length < 70; length += 1) {
    const message = 'x'.repeat(length)
    equal(decryptMessage(key, appId, encryptMessage(key, appId, message, random))?.toString(), message)
  }
})

test('refuses a push with any byte of signature, Encrypt, timestamp, nonce or appid changed', () => {
  const { query, Encrypt } = sealed(JSON.stringify(text))
  const push = { ...query, Encrypt }
  const gateway = gatewayIn('safe')
  const open = ({ Encrypt: sent, ...rest }: typeof push) =>
    gateway.open(rest, Buffer.from(JSON.stringify({ Encrypt: sent })), now)
  deepEqual(open(push).fields, text)
  const place = fc.constantFrom(...(Object.keys(push) as (keyof typeof push)[]))
  fc.assert(
    fc.property(place, fc.nat(), fc.integer({ min: 1, max: 255 }), (name, at, flip) => {
      const bytes = Buffer.from(push[name])
      const index = at % bytes.length
      bytes[index] = (bytes[index] ?? 0) ^ flip
      throws(() => open({ ...push, [name]: bytes.toString('latin1') }), isRefusal)
    }),
    { numRuns: 2000 },
  )
  for (let at = 0; at < appId.length; at += 1) {
    const other = `${appId.slice(0, at)}x${appId.slice(at + 1)}`
    if (other === appId) continue
    const foreign = encryptMessage(decodeAesKey(encodingAesKey), other, JSON.stringify(text), random)
    const signed = { ...query, msg_signature: signParts([token, timestamp, 'n1', foreign]) }
    throws(() => open({ ...signed, Encrypt: foreign }), isRefusal)
  }
})

test('moves no byte between the parts of what is signed', () => {
  const { query, Encrypt } = sealed(JSON.stringify(text))
  const gateway = gatewayIn('safe')
  for (let taken = 1; taken < Encrypt.length; taken += 1) {
    const moved = { ...query, nonce: query.nonce + Encrypt.slice(0, taken) }
    throws(
      () => gateway.open(moved, Buffer.from(JSON.stringify({ Encrypt: Encrypt.slice(taken) })), now),
      isRefusal,
    )
  }
})

test('takes a push in the mode of the app only', () => {
  const plain = { timestamp, nonce: 'n1', signature: signParts([token, timestamp, 'n1']) }
  const body = Buffer.from(JSON.stringify(text))
  const { query, Encrypt } = sealed(JSON.stringify({ ...text, Content: 'signed' }))
  const both = Buffer.from(JSON.stringify({ ...text, Encrypt }))
  deepEqual(gatewayIn('plain').open(plain, body, now).fields, text)
  for (const mode of ['safe', 'compatible'] as const) {
    throws(() => gatewayIn(mode).open(plain, body, now), isRefusal)
    throws(() => gatewayIn(mode).open({ ...plain, ...query }, body, now), isRefusal)
    equal(gatewayIn(mode).open({ ...plain, ...query }, both, now).fields.Content, 'signed')
  }
  throws(() => gatewayIn('plain').open({ ...plain, ...query }, both, now), isRefusal)
  throws(() => gatewayIn('plain').open({ ...plain, encrypt_type: 'aes' }, body, now), isRefusal)
})

test('takes a push for five minutes, and each parameter once', () => {
  const { query, body } = sealed(JSON.stringify(text))
  const gateway = gatewayIn('safe')
  for (const off of [-299_000, 299_000]) gateway.open(query, body, now + off)
  for (const off of [-301_000, 301_000]) throws(() => gateway.open(query, body, now + off), isRefusal)
  for (const [name, value] of Object.entries(query)) {
    throws(() => gateway.open({ ...query, [name]: [value, value] }, body, now), isRefusal)
    throws(() => gateway.open({ ...query, [name]: undefined }, body, now), isRefusal)
  }
})

test('tries the former key too', () => {
  const former = 'F'.repeat(43)
  const { query, body } = sealed(JSON.stringify(text), 'n1', former)
  throws(() => gatewayIn('safe').open(query, body, now), isRefusal)
  deepEqual(gatewayIn('safe', former).open(query, body, now).fields, text)
})

test('writes a reply that opens again, with a text that would end CDATA', () => {
  for (const body of [
    JSON.stringify(text),
    '<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName></xml>',
  ]) {
    const { query, body: push } = sealed(body)
    const gateway = gatewayIn('safe')
    const opened = gateway.open(query, push, now)
    const reply = gateway.writeReply(opened, 'a]]>b]]', { now, random: (size) => Buffer.alloc(size, 7) })
    const { Encrypt, MsgSignature, TimeStamp, Nonce } = readFields(Buffer.from(reply)).fields
    equal(MsgSignature, signParts([token, String(TimeStamp), String(Nonce), String(Encrypt)]))
    const plain = decryptMessage(decodeAesKey(encodingAesKey), appId, String(Encrypt))
    const { fields, format } = readFields(plain ?? Buffer.of())
    deepEqual(
      { ...fields, CreateTime: Number(fields.CreateTime) },
      {
        ToUserName: 'o1',
        FromUserName: 'gh_1',
        CreateTime: now / 1000,
        MsgType: 'text',
        Content: 'a]]>b]]',
      },
    )
    equal(typeof TimeStamp, format === 'json' ? 'number' : 'string')
  }
})

test('keeps every digit of a message id, in XML and in JSON', () => {
  const id = '12345678901234567890'
  const json = `{"FromUserName":"o1","CreateTime":1,"MsgType":"text","MsgId":${id},"Content":"1"}`
  const xml = `<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>${id}</MsgId></xml>`
  for (const body of [json, xml]) {
    const { fields, format } = readFields(Buffer.from(body))
    equal(readMessage({ fields, format, key: null })?.content.msgId, id)
  }
})
