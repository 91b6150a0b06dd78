import { createApiV3Key } from '../../marked-secrets.ts'
import { createMarkedRsaKey, createRsaKey } from '../crypto/rsa-key.ts'
import type { Pay } from '../pay.ts'
import type { MerchantSettings } from './merchant-store.ts'

/** A merchant with keys of its own, bound to all apps that there are now. */
export async function createMerchant(
  { apps, merchants, random }: Pay,
  mchid = String(1_900_100_000 + merchants.list().length),
): Promise<MerchantSettings> {
  const [privateKey, wechatKey] = await Promise.all([createMarkedRsaKey(), createRsaKey()])
  return {
    mchid,
    name: 'Unnamed merchant',
    appids: apps.list().map(({ appid }) => appid),
    serial: `4${random(20).toString('hex').toUpperCase().slice(1)}`,
    privateKey,
    apiV3Key: createApiV3Key(random),
    keyMode: 'both',
    publicKeyId: `PUB_KEY_ID_01${mchid}2024110100000001`,
    publicKeyPrivatePart: wechatKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    callbackPublicKeyPercent: 0,
    balanceFen: null,
  }
}
