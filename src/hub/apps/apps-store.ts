import type { Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { Secret } from '../../secret.ts'
import { type App, type AppGateway, type AppKind, type AppSecret, appKinds, gatewayModes } from './app.ts'
import type { VerifyFiles } from './verify-files.ts'

export type NewApp = { appId: string; tenantId: number; kind: AppKind; name: string; createdAt: number }
export type NewSecret = { appId: string; fingerprint: string; secret: Secret; createdAt: number }

/** All apps with their secrets unsealed, newest secret first. */
export async function listApps(sql: Sql, sealed: SealedColumns): Promise<App[]> {
  const rows = await sql.selectFrom('apps').selectAll().orderBy('app_id').execute()
  const secretRows = await sql.selectFrom('app_secrets').selectAll().orderBy('id', 'desc').execute()
  const secrets = Map.groupBy(secretRows, (row) => row.app_id)
  return rows.map((row) => ({
    appId: row.app_id,
    tenantId: row.tenant_id,
    kind: toAppKind(row.kind),
    name: row.name,
    phoneBudget: row.phone_budget,
    secrets: (secrets.get(row.app_id) ?? []).map((secret) => toAppSecret(sealed, secret)),
    gateway: toGateway(sealed, row),
    verifyFiles: row.verify_files === null ? {} : JSON.parse(row.verify_files), // by updateVerifyFiles
  }))
}

export async function insertApp(sql: Sql, app: NewApp): Promise<void> {
  await sql
    .insertInto('apps')
    .values({
      app_id: app.appId,
      tenant_id: app.tenantId,
      kind: app.kind,
      name: app.name,
      created_at: app.createdAt,
    })
    .execute()
}

export async function updateAppName(sql: Sql, appId: string, name: string): Promise<void> {
  await sql.updateTable('apps').set({ name }).where('app_id', '=', appId).execute()
}

export async function updatePhoneBudget(sql: Sql, appId: string, budget: number | null): Promise<void> {
  await sql.updateTable('apps').set({ phone_budget: budget }).where('app_id', '=', appId).execute()
}

/** The settings as stored; no other change of the app gets between this and the transaction's end. */
export async function lockGateway(
  sql: Sql,
  sealed: SealedColumns,
  appId: string,
): Promise<AppGateway | null> {
  const row = await sql
    .updateTable('apps')
    .set({ app_id: appId })
    .where('app_id', '=', appId)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? null : toGateway(sealed, row)
}

/** Null takes the settings away. */
export async function updateGateway(
  sql: Sql,
  sealed: SealedColumns,
  appId: string,
  gateway: AppGateway | null,
): Promise<void> {
  const seal = (column: GatewayColumn, secret: Secret | null | undefined) =>
    secret == null ? null : sealed.seal(`apps.${column}`, appId, secret.reveal())
  await sql
    .updateTable('apps')
    .set({
      gateway_mode: gateway?.mode ?? null,
      gateway_token: seal('gateway_token', gateway?.token),
      gateway_aes_key: seal('gateway_aes_key', gateway?.aesKey),
      gateway_previous_aes_key: seal('gateway_previous_aes_key', gateway?.previousAesKey),
    })
    .where('app_id', '=', appId)
    .execute()
}

export async function updateVerifyFiles(sql: Sql, appId: string, files: VerifyFiles): Promise<void> {
  await sql
    .updateTable('apps')
    .set({ verify_files: JSON.stringify(files) })
    .where('app_id', '=', appId)
    .execute()
}

export async function deleteApp(sql: Sql, appId: string): Promise<void> {
  await sql.deleteFrom('apps').where('app_id', '=', appId).execute()
}

export async function insertSecret(sql: Sql, sealed: SealedColumns, secret: NewSecret): Promise<void> {
  await sql
    .insertInto('app_secrets')
    .values({
      app_id: secret.appId,
      fingerprint: secret.fingerprint,
      sealed: sealed.seal(
        'app_secrets.sealed',
        `${secret.appId}/${secret.fingerprint}`,
        secret.secret.reveal(),
      ),
      created_at: secret.createdAt,
    })
    .execute()
}

export async function deleteSecret(sql: Sql, appId: string, fingerprint: string): Promise<void> {
  await sql
    .deleteFrom('app_secrets')
    .where('app_id', '=', appId)
    .where('fingerprint', '=', fingerprint)
    .execute()
}

/** Locks the app against another change of its secrets until the transaction ends, and lists them. */
export async function lockSecrets(sql: Sql, appId: string): Promise<string[]> {
  // A write to the parent row is a lock on both engines.
  await sql.updateTable('apps').set({ app_id: appId }).where('app_id', '=', appId).execute()
  const rows = await sql.selectFrom('app_secrets').select('fingerprint').where('app_id', '=', appId).execute()
  return rows.map((row) => row.fingerprint)
}

function toAppSecret(
  sealed: SealedColumns,
  row: { app_id: string; fingerprint: string; sealed: Uint8Array },
): AppSecret {
  const value = sealed.unseal('app_secrets.sealed', `${row.app_id}/${row.fingerprint}`, row.sealed)
  return { fingerprint: row.fingerprint, secret: new Secret(value) }
}

type GatewayColumn = 'gateway_token' | 'gateway_aes_key' | 'gateway_previous_aes_key'

function toGateway(
  sealed: SealedColumns,
  row: { app_id: string; gateway_mode: string | null } & Record<GatewayColumn, Uint8Array | null>,
): AppGateway | null {
  const mode = gatewayModes.find((known) => known === row.gateway_mode)
  const unseal = (column: GatewayColumn): Secret | null => {
    const value = row[column]
    return value === null ? null : new Secret(sealed.unseal(`apps.${column}`, row.app_id, value))
  }
  const token = unseal('gateway_token')
  if (mode === undefined || token === null) return null
  return {
    mode,
    token,
    aesKey: unseal('gateway_aes_key'),
    previousAesKey: unseal('gateway_previous_aes_key'),
  }
}

function toAppKind(text: string): AppKind {
  const kind = appKinds.find((known) => known === text)
  if (kind === undefined) throw new Error(`the database names an app kind "${text}"`)
  return kind
}
