import { Type } from 'typebox'
import { body, name, nullableText, pageOf, reply, seconds, tenantId } from '../schemas.ts'

const mchid = Type.String({ pattern: '^[0-9]{8,32}$', description: '商户号' })

export const merchantParams = Type.Object({ mchid })

const pem = (description: string) => Type.String({ minLength: 1, maxLength: 16_384, description })

const apps = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
  maxItems: 100,
  description: 'appIds of the tenant: those whose payments the merchant takes',
})

const serial = Type.String({
  pattern: '^[0-9A-Fa-f]{16,64}$',
  description: "The serial number of the merchant's API certificate",
})

const publicKey = Type.Union(
  [
    Type.Object(
      {
        id: Type.String({ pattern: '^PUB_KEY_ID_[0-9A-Za-z]{1,64}$' }),
        pem: pem('pub_key.pem'),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { description: "WeChat Pay's public key; null: the merchant has platform certificates only" },
)

const credential = {
  serial: Type.Optional(serial),
  certificate: Type.Optional(
    pem('apiclient_cert.pem, in place of `serial`: shows that the private key is its. Not kept'),
  ),
  publicKey: Type.Optional(publicKey),
}

const privateKey = pem('apiclient_key.pem: RSA, 2048 bits or more. Goes in, never out')

const apiV3Key = Type.String({
  pattern: '^[\\x21-\\x7e]{32}$',
  description: 'Goes in, never out',
})

export const newMerchant = body(
  { mchid, name, apps, tenantId: Type.Optional(tenantId), ...credential, privateKey, apiV3Key },
  {
    mchid: '1900000109',
    name: 'Fruit shop',
    apps: ['wx3f0a7c51e8d2b964'],
    certificate: '-----BEGIN CERTIFICATE-----\n…',
    privateKey: '-----BEGIN PRIVATE KEY-----\n…',
    apiV3Key: 'the 32 characters that you chose',
    publicKey: {
      id: 'PUB_KEY_ID_0119000001092024110100000001',
      pem: '-----BEGIN PUBLIC KEY-----\n…',
    },
  },
)

export const merchantChange = Type.Object(
  {
    name: Type.Optional(name),
    apps: Type.Optional(apps),
    ...credential,
    privateKey: Type.Optional(privateKey),
    apiV3Key: Type.Optional(apiV3Key),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ apps: ['wx3f0a7c51e8d2b964', 'wx8b24e6d90c7f153a'] }],
  },
)

const fields = {
  mchid: Type.String(),
  tenantId: Type.Integer(),
  name: Type.String(),
  apps,
  serial: Type.String(),
  publicKeyId: nullableText('Null: platform certificates only'),
  createdAt: seconds('When it was set up'),
}

const example = {
  mchid: '1900000109',
  tenantId: 1,
  name: 'Fruit shop',
  apps: ['wx3f0a7c51e8d2b964'],
  serial: '4E9A17C05B83D26F91A4C7E03D58B612F07A9C34',
  publicKeyId: 'PUB_KEY_ID_0119000001092024110100000001',
  createdAt: 1790000000,
}

export const merchantReply = reply('The merchant, but for its keys', fields, example)

export const merchantPage = pageOf('Merchants, by mchid', Type.Object(fields), example)
