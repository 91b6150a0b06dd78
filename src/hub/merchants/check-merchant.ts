import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { Secret } from '../../secret.ts'
import type { MerchantCredential, WeChatPayKey } from '../../wechat/pay/merchant-credential.ts'
import { HubError } from '../errors.ts'

/** Keys and certificate in PEM. `certificate` (apiclient_cert.pem) stands in for `serial`, and shows whether the key is its. */
export type CredentialInput = {
  serial?: string | undefined
  certificate?: string | undefined
  privateKey?: Secret | undefined
  apiV3Key?: Secret | undefined
  /** Null takes it away. */
  publicKey?: WeChatPayKey | null | undefined
}

const maxApps = 100
const minRsaBits = 2048
const maxRsaBits = 8192

export function checkMchid(mchid: string): void {
  if (!/^\d{8,32}$/.test(mchid)) throw new HubError('bad_request', 'mchid is 8 to 32 digits')
}

/** Throws bad_request unless each is an app of the tenant, named once. */
export function checkMerchantApps(
  known: ReadonlyMap<string, { tenantId: number }>,
  tenantId: number,
  appIds: readonly string[],
): void {
  if (appIds.length > maxApps || new Set(appIds).size !== appIds.length) {
    throw new HubError('bad_request', `apps names each app once, and at most ${maxApps}`)
  }
  // An app of another tenant is as good as none.
  if (appIds.every((appId) => known.get(appId)?.tenantId === tenantId)) return
  throw new HubError('bad_request', 'apps names an app that is not there')
}

/** The credential after a change, every part checked; what is not given stays. Throws bad_request. */
export function changeCredential(
  mchid: string,
  present: MerchantCredential | null,
  input: CredentialInput,
): MerchantCredential {
  const privateKey = input.privateKey ? checkPrivateKey(input.privateKey) : present?.privateKey
  const apiV3Key = input.apiV3Key ?? present?.apiV3Key
  if (privateKey === undefined) throw new HubError('bad_request', 'privateKey is missing')
  if (apiV3Key === undefined) throw new HubError('bad_request', 'apiV3Key is missing')
  if (!/^[\x21-\x7e]{32}$/.test(apiV3Key.reveal()))
    throw new HubError('bad_request', 'apiV3Key has 32 characters')
  const serial = chooseSerial(input, privateKey) ?? present?.serial
  if (serial === undefined) throw new HubError('bad_request', 'serial is missing')
  const publicKey = input.publicKey ? checkPublicKey(input.publicKey, privateKey) : input.publicKey
  return {
    mchid,
    serial,
    privateKey,
    apiV3Key,
    publicKey: publicKey === undefined ? (present?.publicKey ?? null) : publicKey,
  }
}

function chooseSerial({ serial, certificate }: CredentialInput, privateKey: Secret): string | undefined {
  if (certificate === undefined) return serial === undefined ? undefined : checkSerial(serial)
  const parsed = parse('certificate', () => new X509Certificate(certificate))
  if (!parsed.checkPrivateKey(createPrivateKey(privateKey.reveal()))) {
    throw new HubError('bad_request', 'privateKey is not the key of the certificate')
  }
  if (serial !== undefined && checkSerial(serial) !== parsed.serialNumber) {
    throw new HubError('bad_request', 'serial is not that of the certificate')
  }
  return parsed.serialNumber
}

function checkSerial(serial: string): string {
  if (!/^[0-9A-Fa-f]{16,64}$/.test(serial)) throw new HubError('bad_request', 'serial is 16 to 64 hex digits')
  return serial.toUpperCase()
}

/** In one form, whichever it came in. */
function checkPrivateKey(pem: Secret): Secret {
  const key = parse('privateKey', () => createPrivateKey(pem.reveal()))
  checkRsa('privateKey', key)
  return new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
}

function checkPublicKey({ id, pem }: WeChatPayKey, privateKey: Secret): WeChatPayKey {
  if (!/^PUB_KEY_ID_[0-9A-Za-z]{1,64}$/.test(id)) {
    throw new HubError('bad_request', 'publicKey.id begins with PUB_KEY_ID_')
  }
  // Of a private key or a certificate Node would take the public half.
  if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) {
    throw new HubError('bad_request', 'publicKey.pem is no public key in PEM')
  }
  const key = parse('publicKey.pem', () => createPublicKey(pem))
  checkRsa('publicKey.pem', key)
  if (key.equals(createPublicKey(privateKey.reveal()))) {
    throw new HubError('bad_request', "publicKey.pem is the merchant's own: WeChat Pay's is wanted")
  }
  return { id, pem: key.export({ type: 'spki', format: 'pem' }).toString() }
}

function checkRsa(name: string, key: KeyObject): void {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType === 'rsa' && bits >= minRsaBits && bits <= maxRsaBits) return
  throw new HubError('bad_request', `${name} is no RSA key of ${minRsaBits} to ${maxRsaBits} bits`)
}

/** What OpenSSL says may quote the key: it goes nowhere. */
function parse<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch {
    throw new HubError('bad_request', `${name} is not readable PEM`)
  }
}
