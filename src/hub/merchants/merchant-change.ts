import type { Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { HubError } from '../errors.ts'
import { type CredentialInput, changeCredential } from './check-merchant.ts'
import { lockMerchant, replaceMerchantApps, updateCredential, updateMerchantName } from './merchants-store.ts'

/** What is not given stays. */
export type MerchantChange = CredentialInput & {
  name?: string | undefined
  apps?: readonly string[] | undefined
}

type Changed = { mchid: string; tenantId: number; change: MerchantChange }
type Audit = (action: string, detail?: object) => Promise<void>

const credentialFields = ['serial', 'certificate', 'privateKey', 'apiV3Key', 'publicKey'] as const

/** Writes a change, and an audit row for each of its parts. */
export async function writeMerchantChange(
  { sql, sealed }: { sql: Sql; sealed: SealedColumns },
  { mchid, tenantId, change }: Changed,
  audit: Audit,
): Promise<void> {
  const present = await lockMerchant({ sql, sealed }, mchid, tenantId)
  if (present === null) throw new HubError('merchant_unknown', 'the merchant was removed')
  const { name, apps } = change
  const fields = credentialFields.filter((field) => change[field] !== undefined)
  if (fields.length > 0) {
    const credential = changeCredential(mchid, present, change)
    await updateCredential({ sql, sealed }, credential)
    const [before, after] = [present, credential].map(({ serial, publicKey }) => ({
      serial,
      publicKeyId: publicKey?.id ?? null,
    }))
    await audit('merchant.credential_changed', { fields, before, after })
  }
  if (name !== undefined) {
    await updateMerchantName(sql, mchid, name)
    await audit('merchant.renamed', { name })
  }
  if (apps !== undefined) {
    await replaceMerchantApps(sql, mchid, apps)
    await audit('merchant.apps_set', { apps })
  }
}
