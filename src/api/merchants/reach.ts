import { canSeeTenant, isTenantWide, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { Merchant } from '../../hub/merchants/merchant.ts'
import type { Merchants } from '../../hub/merchants/merchants.ts'
import { chooseTenant, getSeenApp } from '../reach.ts'
import type { ApiHub } from '../routes.ts'

/** A key that is limited to apps sees the merchants of these apps alone. */
export function canSeeMerchant(principal: Principal, { tenantId, apps }: Merchant): boolean {
  if (!canSeeTenant(principal, tenantId)) return false
  const { apps: own } = principal
  return own === null || (apps.length > 0 && apps.every((appId) => own.has(appId)))
}

export async function getSeenMerchant(
  merchants: Pick<Merchants, 'get'>,
  principal: Principal,
  mchid: string,
): Promise<Merchant> {
  const merchant = await merchants.get(mchid)
  if (canSeeMerchant(principal, merchant)) return merchant
  throw new HubError('merchant_unknown', 'the key does not see this merchant')
}

/** For changes: they take a key of the whole tenant, since a merchant's money is not that of one app. */
export async function getOwnMerchant(
  merchants: Pick<Merchants, 'get'>,
  principal: Principal,
  mchid: string,
): Promise<Merchant> {
  const merchant = await getSeenMerchant(merchants, principal, mchid)
  if (isTenantWide(principal, merchant.tenantId)) return merchant
  throw new HubError('forbidden', 'the key is limited to the apps it names')
}

/** The tenant that is asked for; else that of the key or of the apps; else the one that is there from the start. */
export async function tenantOfMerchant(
  hub: ApiHub,
  principal: Principal,
  { tenantId, apps }: { tenantId?: number; apps: readonly string[] },
): Promise<number> {
  if (principal.apps !== null) throw new HubError('forbidden', 'the key is limited to the apps it names')
  const chosen = chooseTenant(principal, tenantId)
  if (chosen !== null) return chosen
  const [appId] = apps
  if (appId !== undefined) return (await getSeenApp(hub.apps, principal, appId)).tenantId
  return (await hub.tenants.ensure()).id
}
