import { isSameCredential } from '../../wechat/pay/merchant-credential.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import { changeCredential } from './check-merchant.ts'
import type { Merchant } from './merchant.ts'
import type { MerchantChange } from './merchant-change.ts'
import type { NewMerchant } from './merchants.ts'

type Deps = {
  setup: Setup<unknown>
  find: (mchid: string) => Promise<Merchant | null>
  get: (mchid: string) => Promise<Merchant>
  add: (input: NewMerchant) => Promise<Merchant>
  change: (mchid: string, change: MerchantChange) => Promise<Merchant>
}

export function createMerchantEnsuring({ setup, find, get, add, change }: Deps) {
  /** For processes that start at the same moment: the second finds what the first made. */
  async function addUnlessThere(input: NewMerchant): Promise<Merchant> {
    try {
      return await add(input)
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'conflict') throw error
      await setup.refresh()
      return get(input.mchid)
    }
  }

  return {
    /** Brings a merchant to these keys, whether it is there or not, and binds it to these apps beside its others: for set-up by machines. */
    async ensure(input: NewMerchant): Promise<Merchant> {
      const { mchid, tenantId, name, apps, ...keys } = input
      const known = (await find(mchid)) ?? (await addUnlessThere(input))
      // Somebody set it up elsewhere: it is theirs now.
      if (known.tenantId !== tenantId) return known
      const isSame = isSameCredential(known.credential, changeCredential(mchid, known.credential, keys))
      const missing = apps.filter((appId) => !known.apps.includes(appId))
      if (isSame && missing.length === 0) return known
      return change(mchid, {
        ...(!isSame && keys),
        ...(missing.length > 0 && { apps: [...known.apps, ...missing] }),
      })
    },
  }
}
