import { equal, ok, throws } from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Secret } from '../../src/secret.ts'
import { createAuthorization } from '../../src/wechat/pay/authorization.ts'
import { decryptResource } from '../../src/wechat/pay/resource.ts'
import { isSignatureOf, toSignedMessage } from '../../src/wechat/pay/signature.ts'

type Vector = { id: string; kind: string; inputs: Record<string, string>; expected: Record<string, string> }

const { vectors } = JSON.parse(readFileSync('test/vectors/pay.json', 'utf8')) as { vectors: Vector[] }

const checks: Record<string, (vector: Vector) => void> = {
  'payv3.aead_aes_256_gcm': ({ inputs, expected }) => {
    const { apiv3_key: key = '', nonce = '', associated_data: associatedData = '', ciphertext = '' } = inputs
    const resource = { ciphertext, nonce, associatedData }
    equal(decryptResource(new Secret(key), resource), expected.plaintext)
    const other = new Secret(`${key.slice(0, -1)}~`)
    throws(() => decryptResource(other, resource))
    throws(() => decryptResource(new Secret(key), { ...resource, associatedData: `${associatedData}!` }))
    throws(() => decryptResource(new Secret(key), { ...resource, ciphertext: ciphertext.slice(4) }))
  },
  'payv3.rsa.sha256.verify': ({ inputs, expected }) => {
    const { certificate_pem: pem = '', message = '', signature = '' } = inputs
    const key = new X509Certificate(pem).publicKey
    equal(isSignatureOf(Buffer.from(message), signature, key), expected.valid)
    equal(isSignatureOf(Buffer.from(`${message}!`), signature, key), false)
    equal(isSignatureOf(Buffer.from(message), signature.slice(4), key), false)
  },
}

test('has vectors to check', () => ok(vectors.length >= 3))

for (const vector of vectors)
  test(`agrees with ${vector.id}`, () => {
    const check = checks[vector.kind]
    ok(check, vector.kind)
    check(vector)
  })

test('signs a call line by line as WeChat Pay documents it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const request = {
    mchid: '1900009191',
    serial: '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C',
    method: 'GET',
    path: '/v3/refund/domestic/refunds/123?a=b',
    body: '',
    timestamp: 1_554_208_460,
    nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
  }
  const header = await createAuthorization(request, privateKey)
  const [scheme, list = ''] = header.split(' ')
  equal(scheme, 'WECHATPAY2-SHA256-RSA2048')
  const fields = Object.fromEntries([...list.matchAll(/(\w+)="([^"]*)"/g)].map((match) => match.slice(1, 3)))
  equal(fields.mchid, request.mchid)
  equal(fields.serial_no, request.serial)
  const signed = 'GET\n/v3/refund/domestic/refunds/123?a=b\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n'
  equal(toSignedMessage('GET', request.path, '1554208460', request.nonce, '').toString(), signed)
  const signature = Buffer.from(fields.signature ?? '', 'base64')
  ok(
    verify(
      'RSA-SHA256',
      Buffer.from(signed),
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      signature,
    ),
  )
})
