import { equal, match, ok } from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { encryptResource } from '../../sandbox/pay/crypto/aead.ts'
import { createCertificate } from '../../sandbox/pay/crypto/certificate.ts'
import { createMarkedRsaKey, createRsaKey } from '../../sandbox/pay/crypto/rsa-key.ts'
import { verifyMessage } from '../../sandbox/pay/crypto/signature.ts'
import { secretMark } from '../../sandbox/secret-mark.ts'

type Vector = { id: string; kind: string; inputs: Record<string, string>; expected: Record<string, string> }

const { vectors } = JSON.parse(readFileSync('test/vectors/pay.json', 'utf8')) as { vectors: Vector[] }

const checks: Record<string, (vector: Vector) => void> = {
  'payv3.aead_aes_256_gcm': ({ inputs, expected }) => {
    const { apiv3_key: key = '', nonce = '', associated_data: associatedData = '', ciphertext } = inputs
    equal(encryptResource(expected.plaintext ?? '', { key, nonce, associatedData }), ciphertext)
  },
  'payv3.rsa.sha256.verify': ({ inputs, expected }) => {
    const { certificate_pem: pem = '', message = '', signature = '' } = inputs
    const certificate = new X509Certificate(pem)
    equal(certificate.serialNumber, expected.serial)
    equal(verifyMessage(message, signature, certificate.publicKey), expected.valid)
    equal(verifyMessage(`${message}!`, signature, certificate.publicKey), false)
  },
}

test('has vectors to check', () => ok(vectors.length >= 3))

for (const vector of vectors)
  test(`agrees with ${vector.id}`, () => {
    const check = checks[vector.kind]
    ok(check, vector.kind)
    check(vector)
  })

test('makes certificates that Node reads as they were meant', async () => {
  const privateKey = await createRsaKey()
  const serial = '4AC0FFEE00000000000000000000000000000001'
  const times = { effectiveAt: Date.UTC(2024, 1, 29), expiresAt: Date.UTC(2051, 0, 1) }
  const pem = createCertificate({ privateKey, serial, commonName: '1900000109', ...times })
  const certificate = new X509Certificate(pem)
  equal(certificate.serialNumber, serial)
  match(certificate.subject, /CN=1900000109/)
  equal(Date.parse(certificate.validFrom), times.effectiveAt)
  equal(Date.parse(certificate.validTo), times.expiresAt)
  ok(certificate.checkPrivateKey(privateKey))
  ok(certificate.verify(certificate.publicKey))
})

test('marks the private keys of merchants', async () => {
  ok((await createMarkedRsaKey()).includes(secretMark))
})
