import type { MerchantCredential } from '../../wechat/pay/merchant-credential.ts'

/** A merchant of WeChat Pay: 微信支付商户. One app can have several, and one merchant several apps. */
export type Merchant = {
  mchid: string
  tenantId: number
  name: string
  /** Apps whose payments it takes, by appId. */
  apps: readonly string[]
  credential: MerchantCredential
  createdAt: number
}
