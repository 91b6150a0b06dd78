import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { createCertificate } from '../../sandbox/pay/crypto/certificate.ts'
import { Secret } from '../../src/secret.ts'

const generate = promisify(generateKeyPair)

export type MerchantKeys = Awaited<ReturnType<typeof makeMerchantKeys>>

/** Keys of a merchant as an operator has them, in PEM. */
export async function makeMerchantKeys(serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1') {
  const own = await generate('rsa', { modulusLength: 2048 })
  const theirs = await generate('rsa', { modulusLength: 2048 })
  return {
    serial,
    privateKey: toPem(own.privateKey, 'pkcs8'),
    apiV3Key: 'k'.repeat(32),
    publicKey: { id: 'PUB_KEY_ID_0119000001092024110100000001', pem: toPem(theirs.publicKey, 'spki') },
  }
}

/** As the hub takes them. */
export function toMerchantSecrets({ serial, privateKey, apiV3Key, publicKey }: MerchantKeys) {
  return { serial, publicKey, privateKey: new Secret(privateKey), apiV3Key: new Secret(apiV3Key) }
}

/** apiclient_cert.pem of a private key. */
export function makeCertificate(privateKey: KeyObject, serial: string): string {
  const [effectiveAt, expiresAt] = [Date.UTC(2024, 0, 1), Date.UTC(2040, 0, 1)]
  return createCertificate({ privateKey, serial, commonName: '1900000109', effectiveAt, expiresAt })
}

function toPem(key: KeyObject, type: 'pkcs8' | 'spki'): string {
  return key.export({ type, format: 'pem' }).toString()
}
