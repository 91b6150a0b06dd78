import type { Text } from './language.ts'

const ourKeys = {
  en: 'compare mchid, API certificate and private key with the console of WeChat Pay: wehub merchants change',
  zh: '与商户平台核对商户号、API 证书与私钥：wehub merchants change',
}
const theirKey = {
  en: 'bring the public key and its id anew from the console (wehub merchants change); if it returns, somebody between us and WeChat changes the answers',
  zh: '从商户平台重新下载微信支付公钥及其 ID（wehub merchants change）；若反复出现，网络中有人篡改应答',
}
const network = {
  en: 'api.mch.weixin.qq.com must be reachable on port 443, without a proxy that changes headers',
  zh: '检查到 api.mch.weixin.qq.com:443 的网络，代理不得改动应答头',
}

/** What mends what `doctor` finds out about a merchant, by WeChat Pay's code or by why an answer was not believed. */
export const payRemedies: Record<string, Text> = {
  SIGN_ERROR: ourKeys,
  MCH_NOT_EXISTS: ourKeys,
  NO_AUTH: {
    en: 'the merchant lacks the permission: apply for it in the console',
    zh: '商户没有该权限，请在商户平台申请',
  },
  undecryptable: {
    en: 'the APIv3 key is not the one set in the console: wehub merchants change --api-v3-key',
    zh: 'APIv3 密钥与商户平台不一致：wehub merchants change --api-v3-key',
  },
  stale: { en: 'synchronise the clock of this machine (NTP)', zh: '校准本机时钟（NTP）' },
  forged: theirKey,
  unknown_serial: theirKey,
  RESOURCE_NOT_EXISTS: {
    en: 'the merchant has no platform certificates: bring the public key of WeChat Pay and its id',
    zh: '商户没有平台证书：请录入微信支付公钥及其 ID',
  },
  unsigned: network,
  unsent: network,
  unknown: network,
}
