import { findDemoMerchant } from '../payments/open-money.ts'
import type { CaseApp, CaseHub } from './case-hub.ts'
import type { Given } from './contract-case.ts'

type Apps = { app: CaseApp; other: CaseApp }

/** The sandbox's merchant takes payments of these apps, and has sold something to the user. */
export async function makeBill(
  hub: CaseHub,
  bill: Given['bill'],
  { app, other, userId }: Apps & { userId: string },
): Promise<string> {
  if (bill === undefined) return 'no bill was made'
  const { control } = hub.sandbox
  const { mchid } = await findDemoMerchant(hub.sandbox)
  const apps = [app.appId, other.appId]
  await control('POST', '/merchants', { mchid, appids: apps })
  await hub.hub.merchants.change(mchid, { apps })
  const { appId: appid } = bill.isOfAnotherApp ? other : app
  const billId = hub.uniqueName()
  const { total, refunded = 0 } = bill
  if (bill.isUnpaid) {
    const { openids } = (await control('POST', '/users', { id: `${userId}-payer` })) as {
      openids: Record<string, string>
    }
    const known = await hub.hub.apps.get(appid)
    const merchant = await hub.hub.merchants.get(mchid)
    const actor = { name: 'test', address: null }
    const input = { openId: openids[appid] ?? '', billId, total, description: 'x' }
    await hub.hub.payments.create({ app: known, merchant, actor }, input)
  } else {
    await control('POST', '/payments', { mchid, appid, userId, outTradeNo: billId, total, refunded })
  }
  return billId
}

export async function makeKey(hub: CaseHub, given: Given['apiKey'], { app, other }: Apps): Promise<string> {
  if (given === undefined) return 'no key was made'
  const { scopes = ['refunds:write'], isOfAnotherApp = false, ...limits } = given
  const apps = [(isOfAnotherApp ? other : app).appId]
  const actor = { name: 'test', address: null }
  const { key } = await hub.hub.apiKeys.add({ name: 'made for a case', scopes, apps, ...limits }, actor)
  return key.reveal()
}
