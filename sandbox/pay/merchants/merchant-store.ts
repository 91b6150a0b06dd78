import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { createCertificate } from '../crypto/certificate.ts'
import { createDemoMerchant } from './demo-merchant.ts'

export const keyModes = ['certificate', 'both', 'public_key'] as const

export type MerchantSettings = {
  mchid: string
  name: string
  /** Apps that are bound to the merchant. */
  appids: string[]
  /** Of the API certificate, upper-case hex. */
  serial: string
  /** PKCS#8 PEM. */
  privateKey: string
  /** 32 characters. */
  apiV3Key: string
  /** What WeChat signs with: platform certificates, both, or the public key only. */
  keyMode: (typeof keyModes)[number]
  publicKeyId: string
  publicKeyPrivatePart: string
  /** Share of callbacks that are signed with the public key while the merchant has both. */
  callbackPublicKeyPercent: number
  /** What refunds can be paid from; null: as much as it takes. */
  balanceFen: number | null
}

/** With its keys as objects: parsing a PEM takes longer than a signature. */
export type Merchant = MerchantSettings & {
  verifyKey: KeyObject
  certificate: string
  publicKey: string
  publicKeySigner: { serial: string; privateKey: KeyObject }
}

const certificateFrom = Date.UTC(2024, 0, 1)
const certificateUntil = Date.UTC(2049, 0, 1)

export type MerchantStore = ReturnType<typeof createMerchantStore>

export function createMerchantStore() {
  const merchants = new Map<string, Merchant>()
  const byPublicKeyId = new Map<string, Merchant>()
  add(createDemoMerchant())

  function add(settings: MerchantSettings): Merchant {
    const merchant = Object.assign(settings, parseKeys(settings))
    merchants.set(merchant.mchid, merchant)
    byPublicKeyId.set(merchant.publicKeyId, merchant)
    return merchant
  }

  return {
    add,
    find: (mchid: string): Merchant | null => merchants.get(mchid) ?? null,
    findByPublicKeyId: (id: string): Merchant | null => byPublicKeyId.get(id) ?? null,
    list: (): Merchant[] => [...merchants.values()],
  }
}

function parseKeys({ mchid, serial, privateKey, publicKeyId, publicKeyPrivatePart }: MerchantSettings) {
  const merchantKey = createPrivateKey(privateKey)
  const wechatKey = createPrivateKey(publicKeyPrivatePart)
  return {
    verifyKey: createPublicKey(merchantKey),
    certificate: createCertificate({
      privateKey: merchantKey,
      serial,
      commonName: mchid,
      effectiveAt: certificateFrom,
      expiresAt: certificateUntil,
    }),
    publicKey: createPublicKey(wechatKey).export({ type: 'spki', format: 'pem' }).toString(),
    publicKeySigner: { serial: publicKeyId, privateKey: wechatKey },
  }
}
