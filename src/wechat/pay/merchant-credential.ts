import type { Secret } from '../../secret.ts'

/** What a merchant proves itself with, and knows WeChat Pay by. PEM, serials in upper-case hex. */
export type MerchantCredential = {
  mchid: string
  /** Of the merchant's API certificate. */
  serial: string
  privateKey: Secret
  apiV3Key: Secret
  /** WeChat Pay's public key; null: the merchant has platform certificates only. */
  publicKey: WeChatPayKey | null
}

/** `id` begins with PUB_KEY_ID_. */
export type WeChatPayKey = { id: string; pem: string }

export function isSameCredential(one: MerchantCredential, other: MerchantCredential): boolean {
  if (one === other) return true
  return (
    one.mchid === other.mchid &&
    one.serial === other.serial &&
    one.publicKey?.id === other.publicKey?.id &&
    one.publicKey?.pem === other.publicKey?.pem &&
    one.privateKey.equals(other.privateKey.reveal()) &&
    one.apiV3Key.equals(other.apiV3Key.reveal())
  )
}
