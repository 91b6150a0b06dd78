import { deepEqual, equal, ok } from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { decryptOpenData } from './decrypt.ts'

type Inputs = { appid?: string; session_key: string; iv: string; encryptedData: string }
type Vector = { id: string; kind: string; inputs: Inputs; expected: { plaintext?: string } }

const { vectors } = JSON.parse(readFileSync('test/vectors/open-data.json', 'utf8')) as { vectors: Vector[] }
const ofKind = (kind: string) => vectors.filter((vector) => vector.kind === kind)

test('opens the published samples', () => {
  const samples = ofKind('mp.encryptedData.aes-128-cbc')
  ok(samples.length >= 1)
  for (const { inputs, expected } of samples) {
    deepEqual(open(inputs), JSON.parse(expected.plaintext ?? ''))
  }
})

test('refuses the published fakes', () => {
  const fakes = ofKind('mp.encryptedData.negative')
  ok(fakes.length >= 2)
  for (const { id, inputs } of fakes) equal(open(inputs), null, id)
})

test('gives back what was encrypted, and never data of another app', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (fields) => {
      const data = { ...fields, watermark: { appid: 'wx1', timestamp: 1 } }
      const sealed = encrypt(JSON.stringify(data))
      deepEqual(decryptOpenData('wx1', sealed), JSON.parse(JSON.stringify(data)))
      equal(decryptOpenData('wx2', sealed), null)
    }),
    { numRuns: 200 },
  )
})

test('never takes a changed byte for data of another person', () => {
  const person = {
    openId: 'oPerson',
    unionId: 'oUnion',
    watermark: { appid: 'wx1', timestamp: 1_700_000_000 },
  }
  const sealed = encrypt(JSON.stringify(person))
  const bytes = Buffer.from(sealed.encryptedData, 'base64')
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (index, mask) => {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(index) ^ mask, index)
      const data = decryptOpenData('wx1', { ...sealed, encryptedData: changed.toString('base64') })
      // CBC lets one block be garbled and the next be steered: whoever believes the data compares the openId.
      ok(
        data === null || data.openId !== 'oPerson' || data.unionId === 'oUnion' || data.unionId === undefined,
      )
    }),
    { numRuns: 2000 },
  )
})

test('refuses what is no base64, no block, or nothing', () => {
  const sealed = encrypt('{"watermark":{"appid":"wx1"}}')
  for (const broken of ['', '*', 'AAA', 'AAAA', `${sealed.encryptedData}\n`, ` ${sealed.encryptedData}`]) {
    equal(decryptOpenData('wx1', { ...sealed, encryptedData: broken }), null)
    equal(decryptOpenData('wx1', { ...sealed, iv: broken }), null)
  }
})

function open({ appid = 'wx4f4bc4dec97d474b', session_key, iv, encryptedData }: Inputs) {
  return decryptOpenData(appid, { sessionKey: session_key, iv, encryptedData })
}

function encrypt(plain: string) {
  const key = randomBytes(16)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
  return { sessionKey: key.toString('base64'), iv: iv.toString('base64'), encryptedData }
}
