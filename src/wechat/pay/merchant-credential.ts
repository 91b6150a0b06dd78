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
