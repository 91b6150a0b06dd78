import { equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Secret } from '../secret.ts'
import { signWithSessionKey } from './session-signature.ts'

type Vector = {
  id: string
  kind: string
  inputs: { session_key: string; data: string }
  expected: { signature: string }
}

test('signs as the published samples of session signatures do', () => {
  const { vectors } = JSON.parse(readFileSync('test/vectors/open-data.json', 'utf8')) as { vectors: Vector[] }
  const samples = vectors.filter(({ kind }) => kind === 'mp.session.hmac_sha256')
  ok(samples.length >= 2)
  for (const { id, inputs, expected } of samples) {
    equal(signWithSessionKey(new Secret(inputs.session_key), inputs.data), expected.signature, id)
  }
})
