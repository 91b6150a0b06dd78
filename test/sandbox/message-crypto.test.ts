import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decryptMessage, encryptMessage } from '../../sandbox/pushes/message-cipher.ts'
import { sign } from '../../sandbox/pushes/sign.ts'

type Texts = Record<string, string>
type Vector = { id: string; kind: string; inputs: Texts; expected: Texts & { padding_byte?: number } }

const { vectors } = JSON.parse(readFileSync('test/vectors/gateway.json', 'utf8')) as { vectors: Vector[] }
const ofKind = (kind: string) => vectors.filter((vector) => vector.kind.startsWith(kind))

test('has vectors of every kind', () => {
  equal(ofKind('gateway.signature').length, 2)
  ok(ofKind('gateway.message').length >= 6)
})

for (const { id, inputs, expected } of ofKind('gateway.signature')) {
  test(`signs as in ${id}`, () => {
    const signature = sign(String(inputs.token), String(inputs.timestamp), String(inputs.nonce))
    if (expected.signature !== undefined) equal(signature, expected.signature)
    else notEqual(signature, inputs.signature)
  })
}

for (const { id, inputs, expected } of ofKind('gateway.message')) {
  test(`encrypts and decrypts as in ${id}`, () => {
    const encrypted = String(inputs.encrypt ?? expected.encrypt)
    const message = String(expected.plaintext ?? inputs.message)
    const appid = String(expected.appid ?? inputs.appid)
    const random16 = Buffer.from(String(expected.random16 ?? inputs.random16))
    const key = String(inputs.encodingAESKey)
    deepEqual(decryptMessage(encrypted, key), { random16, message, appid })
    equal(encryptMessage({ appid, message, random16 }, key), encrypted)
    if (expected.msg_signature === undefined) return
    const { token, timestamp, nonce } = inputs
    equal(sign(String(token), String(timestamp), String(nonce), encrypted), expected.msg_signature)
  })
}
