import { readFileSync } from 'node:fs'
import { demoApps } from '../../apps/demo-apps.ts'
import { secretMark } from '../../secret-mark.ts'
import type { MerchantSettings } from './merchant-store.ts'

export const readDemoKey = (name: 'merchant' | 'wechatpay' | 'platform'): string =>
  readFileSync(new URL(`../keys/${name}.pem`, import.meta.url), 'utf8')

/** The same after each start: between both key modes, as a merchant who is switching over. */
export const createDemoMerchant = (): MerchantSettings => ({
  mchid: '1900006511',
  name: 'Demo shop',
  appids: demoApps.map(({ appid }) => appid),
  serial: '4E9A17C05B83D26F91A4C7E03D58B612F07A9C34',
  privateKey: readDemoKey('merchant'),
  apiV3Key: `${secretMark}Wm7Qd2Xk9Tb4Rn6Yc1Zp`,
  keyMode: 'both',
  publicKeyId: 'PUB_KEY_ID_0119000065112024110100000001',
  publicKeyPrivatePart: readDemoKey('wechatpay'),
  callbackPublicKeyPercent: 0,
  balanceFen: null,
})
