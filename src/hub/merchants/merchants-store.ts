import type { Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { Secret } from '../../secret.ts'
import type { MerchantCredential } from '../../wechat/pay/merchant-credential.ts'
import type { Merchant } from './merchant.ts'

type Sealed = { sql: Sql; sealed: SealedColumns }

/** All merchants with their keys unsealed. */
export async function listMerchants(sql: Sql, sealed: SealedColumns): Promise<Merchant[]> {
  const rows = await sql.selectFrom('merchants').selectAll().orderBy('mchid').execute()
  const bound = await sql.selectFrom('merchant_apps').selectAll().orderBy('app_id').execute()
  const apps = Map.groupBy(bound, (row) => row.mchid)
  return rows.map((row) => ({
    mchid: row.mchid,
    tenantId: row.tenant_id,
    name: row.name,
    apps: (apps.get(row.mchid) ?? []).map((each) => each.app_id),
    credential: toCredential(sealed, row),
    createdAt: row.created_at,
  }))
}

export async function insertMerchant(
  { sql, sealed }: Sealed,
  { mchid, tenantId, name, credential, createdAt }: Merchant,
): Promise<void> {
  await sql
    .insertInto('merchants')
    .values({
      mchid,
      tenant_id: tenantId,
      name,
      credential: sealCredential(sealed, credential),
      created_at: createdAt,
    })
    .execute()
}

export async function updateMerchantName(sql: Sql, mchid: string, name: string): Promise<void> {
  await sql.updateTable('merchants').set({ name }).where('mchid', '=', mchid).execute()
}

/** As stored now; no other change of the merchant gets between this and the transaction's end. Null: the tenant has none. */
export async function lockMerchant(
  { sql, sealed }: Sealed,
  mchid: string,
  tenantId: number,
): Promise<MerchantCredential | null> {
  const row = await sql
    .updateTable('merchants')
    .set({ mchid })
    .where('mchid', '=', mchid)
    .where('tenant_id', '=', tenantId)
    .returning(['mchid', 'credential'])
    .executeTakeFirst()
  return row === undefined ? null : toCredential(sealed, row)
}

export async function updateCredential(
  { sql, sealed }: Sealed,
  credential: MerchantCredential,
): Promise<void> {
  await sql
    .updateTable('merchants')
    .set({ credential: sealCredential(sealed, credential) })
    .where('mchid', '=', credential.mchid)
    .execute()
}

/** Binds the merchant to these apps and no others. */
export async function replaceMerchantApps(sql: Sql, mchid: string, apps: readonly string[]): Promise<void> {
  await sql.deleteFrom('merchant_apps').where('mchid', '=', mchid).execute()
  if (apps.length === 0) return
  await sql
    .insertInto('merchant_apps')
    .values(apps.map((appId) => ({ mchid, app_id: appId })))
    .execute()
}

/** False where the tenant has none of that number. */
export async function deleteMerchant(sql: Sql, mchid: string, tenantId: number): Promise<boolean> {
  const result = await sql
    .deleteFrom('merchants')
    .where('mchid', '=', mchid)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

// Also what is no secret is sealed: who can write to the database must not choose whom we believe.
type Written = {
  serial: string
  privateKey: string
  apiV3Key: string
  publicKey: MerchantCredential['publicKey']
}

function sealCredential(sealed: SealedColumns, credential: MerchantCredential): Buffer {
  const { mchid, serial, privateKey, apiV3Key, publicKey } = credential
  const written: Written = {
    serial,
    privateKey: privateKey.reveal(),
    apiV3Key: apiV3Key.reveal(),
    publicKey,
  }
  return sealed.seal('merchants.credential', mchid, JSON.stringify(written))
}

function toCredential(
  sealed: SealedColumns,
  { mchid, credential }: { mchid: string; credential: Uint8Array },
): MerchantCredential {
  const text = sealed.unseal('merchants.credential', mchid, credential)
  const { serial, privateKey, apiV3Key, publicKey } = JSON.parse(text) as Written // by sealCredential
  return { mchid, serial, privateKey: new Secret(privateKey), apiV3Key: new Secret(apiV3Key), publicKey }
}
