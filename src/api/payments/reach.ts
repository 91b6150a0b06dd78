import { canSeeApp, canSeeTenant, type Principal } from '../../hub/api-keys/principal.ts'
import { HubError } from '../../hub/errors.ts'
import type { Merchant } from '../../hub/merchants/merchant.ts'
import type { Payment } from '../../hub/payments/payment.ts'
import { getSeenApp } from '../reach.ts'
import type { ApiHub } from '../routes.ts'

/** A bill is told by its number and its merchant; the latter is needed only where it could be one of several. */
export type BillName = { billId: string; mchid?: string | undefined; appId?: string | undefined }

/** The payment in the ledger. Throws not_found, bad_request. */
export async function getSeenPayment(hub: ApiHub, principal: Principal, name: BillName): Promise<Payment> {
  const found = await hub.payments.listByBill(name.billId, principal)
  const chosen = name.mchid === undefined ? found : found.filter(({ mchid }) => mchid === name.mchid)
  const [payment, other] = chosen
  if (payment === undefined) throw new HubError('not_found', 'no such payment for this key')
  if (other !== undefined)
    throw new HubError('bad_request', 'several merchants have this billId: mchid says which')
  return payment
}

/** The merchant that a bill is of, whether the ledger knows the bill or not. Throws merchant_unknown, bad_request. */
export async function chooseMerchant(hub: ApiHub, principal: Principal, name: BillName): Promise<Merchant> {
  const { appId, mchid, billId } = name
  if (appId !== undefined) {
    await getSeenApp(hub.apps, principal, appId)
    return hub.merchants.forApp(appId, mchid)
  }
  const seen = (await hub.merchants.list()).filter((merchant) => canUseMerchant(principal, merchant))
  const candidates = mchid === undefined ? seen : seen.filter((merchant) => merchant.mchid === mchid)
  const [merchant, other] = candidates
  if (merchant === undefined) throw new HubError('merchant_unknown', 'no such merchant for this key')
  if (other === undefined) return merchant
  const known = await hub.payments.listByBill(billId, principal)
  if (known.length === 1 && known[0] !== undefined) return hub.merchants.get(known[0].mchid)
  throw new HubError('bad_request', 'there are several merchants: mchid or appId says which')
}

/** Whether the app of a bill is one that the key sees, and the one that was named. */
export function isAskedAbout(
  principal: Principal,
  { tenantId }: Merchant,
  named: string | undefined,
): (appId: string) => boolean {
  return (appId) => (named ?? appId) === appId && canSeeApp(principal, { appId, tenantId })
}

function canUseMerchant(principal: Principal, { tenantId, apps }: Merchant): boolean {
  const { apps: own } = principal
  return canSeeTenant(principal, tenantId) && (own === null || apps.some((appId) => own.has(appId)))
}
