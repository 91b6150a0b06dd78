import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { RawAnswer } from '../exchange.ts'
import { isSameCredential, type MerchantCredential } from './merchant-credential.ts'
import { createPlatformCertificates, type PlatformCertificates } from './platform-certificates.ts'

/** A merchant with its keys parsed, which takes longer than a signature, and WeChat Pay's certificates. */
export type MerchantKeys = {
  credential: MerchantCredential
  privateKey: KeyObject
  certificates: PlatformCertificates
  /** The key of WeChat Pay that a serial names: the public key, or that of a certificate. */
  findKey: (serial: string) => Promise<KeyObject | null>
}

type Deps = { download: (keys: SigningKeys) => Promise<RawAnswer>; now: () => number }

/** What a request is signed with. */
export type SigningKeys = Pick<MerchantKeys, 'credential' | 'privateKey'>

/** One entry a merchant number, replaced when its credential changes. */
export function createKeyring({ download, now }: Deps) {
  const known = new Map<string, MerchantKeys>()

  function create(credential: MerchantCredential): MerchantKeys {
    const privateKey = createPrivateKey(credential.privateKey.reveal())
    const publicKey = credential.publicKey && {
      id: credential.publicKey.id,
      key: createPublicKey(credential.publicKey.pem),
    }
    const certificates = createPlatformCertificates({
      apiV3Key: credential.apiV3Key,
      publicKey,
      download: () => download({ credential, privateKey }),
      now,
    })
    async function findKey(serial: string): Promise<KeyObject | null> {
      if (!serial.startsWith('PUB_KEY_ID_')) return certificates.findKey(serial)
      return serial === publicKey?.id ? publicKey.key : null
    }
    return { credential, privateKey, certificates, findKey }
  }

  return {
    get(credential: MerchantCredential): MerchantKeys {
      const held = known.get(credential.mchid)
      // The hub reads credentials anew when anything was set up, and hands in other objects then.
      if (held !== undefined && isSameCredential(held.credential, credential)) return held
      const keys = create(credential)
      known.set(credential.mchid, keys)
      return keys
    },
  }
}
