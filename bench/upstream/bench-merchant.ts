import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'

const readKey = (name: string): string =>
  readFileSync(new URL(`../../sandbox/pay/keys/${name}.pem`, import.meta.url), 'utf8')

/** WeChat Pay's own key, of which all contenders have the public half. */
export const wechatPayKey = createPrivateKey(readKey('wechatpay'))

/** The one merchant that all contenders refund for; it has the public key of WeChat Pay and no certificates. */
export const benchMerchant = {
  mchid: '1900000109',
  serial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  privateKey: readKey('merchant'),
  apiV3Key: 'BenchApiV3Key0123456789012345678',
  publicKeyId: 'PUB_KEY_ID_0119000001092024110100000001',
  publicKey: createPublicKey(wechatPayKey).export({ type: 'spki', format: 'pem' }).toString(),
}

/** Every bill was paid with as much. */
export const billFen = 500
