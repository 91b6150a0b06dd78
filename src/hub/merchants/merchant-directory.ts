import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import type { Merchant } from './merchant.ts'

type MerchantSetup = Setup<{ merchants: ReadonlyMap<string, Merchant> }>

/** Looks merchants up, in memory. */
export function createMerchantDirectory(setup: MerchantSetup) {
  async function find(mchid: string): Promise<Merchant | null> {
    const { merchants } = await setup.current()
    return merchants.get(mchid) ?? null
  }

  return {
    find,

    async get(mchid: string): Promise<Merchant> {
      const merchant = await find(mchid)
      if (merchant === null) throw new HubError('merchant_unknown', 'no merchant has this mchid')
      return merchant
    },

    /** Every merchant, in the order of their numbers. */
    async list(): Promise<Merchant[]> {
      const { merchants } = await setup.current()
      return [...merchants.values()].sort((a, b) => (a.mchid < b.mchid ? -1 : 1))
    },

    /**
     * The merchant that takes an app's payments. Throws merchant_unknown where there is none, or none of that number;
     * bad_request where there are several and no number was given.
     */
    async forApp(appId: string, mchid?: string | null): Promise<Merchant> {
      const { merchants } = await setup.current()
      const serving = [...merchants.values()].filter(({ apps }) => apps.includes(appId))
      const chosen = mchid == null ? serving : serving.filter((merchant) => merchant.mchid === mchid)
      const [merchant] = chosen
      if (merchant === undefined) throw new HubError('merchant_unknown', 'no such merchant serves the app')
      if (chosen.length === 1) return merchant
      throw new HubError('bad_request', 'the app has several merchants: mchid says which')
    },
  }
}
