import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Secret } from '../../secret.ts'
import { isSigned, toSignedText } from './raw-data.ts'

type Vector = {
  kind: string
  inputs: { rawData: string; session_key: string }
  expected: { signature: string }
}

const { vectors } = JSON.parse(readFileSync('test/vectors/open-data.json', 'utf8')) as { vectors: Vector[] }
const samples = vectors.filter(({ kind }) => kind === 'mp.rawData.sha1')
const otherKey = () => new Secret(randomBytes(16).toString('base64'))

test('takes the published signature under any of the keys, and no other', () => {
  ok(samples.length >= 1)
  for (const { inputs, expected } of samples) {
    const { rawData, session_key } = inputs
    const { signature } = expected
    const keys = [otherKey(), new Secret(session_key), otherKey()]
    equal(isSigned({ rawData, signature }, keys), true)
    equal(isSigned({ rawData, signature: signature.toUpperCase() }, keys), true)
    equal(isSigned({ rawData, signature }, [otherKey(), otherKey()]), false)
    equal(isSigned({ rawData, signature }, []), false)
    equal(isSigned({ rawData: `${rawData} `, signature }, keys), false)
    const flipped = `${signature.startsWith('0') ? '1' : '0'}${signature.slice(1)}`
    for (const wrong of [flipped, signature.slice(1), `${signature}0`, `${signature}\n`, 'x'.repeat(40)]) {
      equal(isSigned({ rawData, signature: wrong }, keys), false)
    }
  }
})

test('wants a text and its signature together, or neither', () => {
  equal(toSignedText(undefined, undefined), null)
  equal(toSignedText('', ''), null)
  deepEqual(toSignedText('a', 'b'), { rawData: 'a', signature: 'b' })
  throws(() => toSignedText('a', ''), /signature/)
  throws(() => toSignedText(undefined, 'b'), /signature/)
})
