import { ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import type { Hub } from '../../src/hub/hub.ts'
import { Secret } from '../../src/secret.ts'
import { adminKey, startApiHub } from '../api/api-hub.ts'
import type { PayMerchant } from '../sandbox/open-pay.ts'
import type { Json, OpenSandbox } from '../sandbox/open-sandbox.ts'
import type { StartOptions } from '../support/hub.ts'

export type OpenMoney = Awaited<ReturnType<typeof openMoney>>

export type BookedRefund = {
  outRefundNo: string
  outTradeNo: string
  refund: number
  status: string
}

export type ShownRefund = {
  id: number
  billId: string
  outRefundNo: string
  fee: number
  state: string
  refusal: { code: string; message: string } | null
}

/** A hub with a merchant, whose commcn mount trusts this machine; refunds as fast as one likes, settled at once. */
export async function openMoney(t: TestContext, engine: Engine, options: StartOptions = {}) {
  const hub = await startApiHub(t, engine, options)
  const { control } = hub.sandbox
  const merchant = await findDemoMerchant(hub.sandbox)
  await control('POST', '/rules', { refundSpacingMs: 0 })

  /** A paid order that an older shop made. */
  async function sell(total: number, changes: Json = {}): Promise<string> {
    const outTradeNo = `bill-${randomBytes(8).toString('hex')}`
    const order = { mchid: merchant.mchid, appid: hub.miniAppId, userId: 'u1', outTradeNo, total, ...changes }
    await control('POST', '/payments', order)
    return outTradeNo
  }

  return {
    ...hub,
    merchant,
    sell,
    refund: (body: Json, key?: string, credential?: string | null) =>
      callWithKey(hub, '/refunds', body, { key, credential }),
    books: async (outTradeNo: string): Promise<BookedRefund[]> =>
      (await control('GET', `/refunds?outTradeNo=${outTradeNo}`)) as unknown as BookedRefund[],
    async order(outTradeNo: string): Promise<Json> {
      const [order] = (await control('GET', `/payments?outTradeNo=${outTradeNo}`)) as unknown as Json[]
      ok(order)
      return order
    },
    async refunds(billId: string): Promise<ShownRefund[]> {
      const { json } = await hub.call('GET', `/refunds?billId=${billId}&limit=200`)
      return json.items as ShownRefund[]
    },
    payment: async (billId: string): Promise<Json> => (await hub.call('GET', `/payments/${billId}`)).json,
  }
}

type Keyed = { key?: string | undefined; credential?: string | null | undefined }

async function callWithKey(
  hub: Awaited<ReturnType<typeof startApiHub>>,
  path: string,
  body: Json,
  { key, credential = adminKey }: Keyed,
) {
  const headers = {
    ...(credential !== null && { authorization: `Bearer ${credential}` }),
    ...(key !== undefined && { 'idempotency-key': key }),
  }
  const answer = await hub.send('POST', `/api/v1${path}`, hub.json(body, headers))
  return { ...answer, json: (answer.body ?? {}) as Json }
}

/** A merchant of its own for these apps, known to WeChat and to the hub. */
export async function makeMerchant(
  hub: Hub,
  sandbox: OpenSandbox,
  { tenantId, apps }: { tenantId: number; apps: string[] },
): Promise<PayMerchant> {
  const merchant = (await sandbox.control('POST', '/merchants', { appids: apps })) as unknown as PayMerchant
  const { mchid, serial, publicKeyId, publicKey } = merchant
  await hub.merchants.add({
    ...{ mchid, serial, tenantId, name: 'shop', apps },
    privateKey: new Secret(merchant.privateKey),
    apiV3Key: new Secret(merchant.apiV3Key),
    publicKey: { id: publicKeyId, pem: publicKey },
  })
  return merchant
}

/** The one that a sandbox hub has from its start. */
export async function findDemoMerchant(sandbox: OpenSandbox): Promise<PayMerchant> {
  const [merchant] = (await sandbox.control('GET', '/merchants')) as unknown as PayMerchant[]
  ok(merchant)
  return merchant
}
