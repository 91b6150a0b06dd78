import { deepEqual, equal, ok } from 'node:assert/strict'
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { runs } from '../../../test/support/runs.ts'
import { readPhoneNumber } from '../../wechat/phone-number.ts'
import { decryptOpenData, readEncrypted } from './decrypt.ts'

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
      deepEqual(decrypt('wx1', sealed), JSON.parse(JSON.stringify(data)))
      equal(decrypt('wx2', sealed), null)
    }),
    { numRuns: 200 },
  )
})

test('never takes a changed byte, of data or iv, for data of another person', () => {
  const watermark = { appid: 'wx1', timestamp: 1_700_000_000 }
  const person = { openId: 'oPerson', unionId: 'oUnion', watermark }
  for (const plain of [person, { ...phoneFields, watermark }]) {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 4 }), (random, changes) => {
        const changed = changeBytes(encrypt(JSON.stringify(plain)), random, changes)
        const data = decrypt('wx1', changed)
        if (data === null) return
        // CBC lets one block be garbled and the next be steered, and an iv steers the first: whoever believes the
        // data compares the openId, and reads a phone number by all of its fields.
        ok(data.openId !== 'oPerson' || data.unionId === 'oUnion' || data.unionId === undefined)
        const number = readPhoneNumber('wx1', data)
        ok(number === null || number.pure === phoneFields.purePhoneNumber)
      }),
      { numRuns: runs(2000) },
    )
  }
})

test('takes a number by all of its fields, whatever an iv makes of the first block', () => {
  const { iv, ...sealed } = encrypt(
    JSON.stringify({ ...phoneFields, watermark: { appid: 'wx1', timestamp: 1 } }),
  )
  // Exactly the first 16 bytes.
  const first = Buffer.from('{"phoneNumber":"')
  for (const wanted of ['{"openId":"13800', '{"phoneNumbex":"', '{"phoneNumber":9']) {
    const steered = Buffer.from(iv, 'base64').map(
      (byte, at) => byte ^ (first[at] ?? 0) ^ wanted.charCodeAt(at),
    )
    const data = decrypt('wx1', { ...sealed, iv: Buffer.from(steered).toString('base64') })
    equal(readPhoneNumber('wx1', data), null)
  }
  deepEqual(readPhoneNumber('wx1', decrypt('wx1', { ...sealed, iv })), {
    pure: '13800000001',
    countryCode: '86',
  })
})

test('refuses what is no base64, no block, or nothing', () => {
  const sealed = encrypt('{"watermark":{"appid":"wx1"}}')
  for (const broken of ['', '*', 'AAA', 'AAAA', `${sealed.encryptedData}\n`, ` ${sealed.encryptedData}`]) {
    equal(decrypt('wx1', { ...sealed, encryptedData: broken }), null)
    equal(decrypt('wx1', { ...sealed, iv: broken }), null)
  }
})

const phoneFields = { phoneNumber: '13800000001', purePhoneNumber: '13800000001', countryCode: '86' }

type Sealed = ReturnType<typeof encrypt>

function changeBytes(
  { sessionKey, iv, encryptedData }: Sealed,
  random: Iterator<number>,
  changes: number,
): Sealed {
  const bytes = Buffer.concat([Buffer.from(iv, 'base64'), Buffer.from(encryptedData, 'base64')])
  for (let count = 0; count < changes; count += 1) {
    const at = Number(random.next().value) % bytes.length
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 + (Number(random.next().value) % 255)), at)
  }
  const text = (part: Buffer) => part.toString('base64')
  return { sessionKey, iv: text(bytes.subarray(0, 16)), encryptedData: text(bytes.subarray(16)) }
}

function open({ appid = 'wx4f4bc4dec97d474b', session_key, iv, encryptedData }: Inputs) {
  return decrypt(appid, { sessionKey: session_key, iv, encryptedData })
}

function decrypt(appId: string, input: { sessionKey: string; encryptedData: string; iv: string }) {
  const encrypted = readEncrypted(input)
  return encrypted && decryptOpenData(appId, createSecretKey(input.sessionKey, 'base64'), encrypted)
}

function encrypt(plain: string) {
  const key = randomBytes(16)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
  return { sessionKey: key.toString('base64'), iv: iv.toString('base64'), encryptedData }
}
