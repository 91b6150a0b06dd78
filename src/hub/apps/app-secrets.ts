import type { Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Secret } from '../../secret.ts'
import { HubError } from '../errors.ts'
import { deleteSecret, insertSecret, lockSecrets } from './apps-store.ts'

type AppKey = { appId: string; tenantId: number }

const maxLiveSecrets = 2

/** A secret's name without the secret: a keyed hash, 12 hex digits. */
export async function fingerprintOf(sealed: SealedColumns, app: AppKey, secret: Secret): Promise<string> {
  const hash = await sealed.hash(app.tenantId, 'app-secret', `${app.appId}:${secret.reveal()}`)
  return hash.toString('hex').slice(0, 12)
}

/** Adds a second live secret; throws conflict if two are live, or this one is. */
export async function addLiveSecret(
  sql: Sql,
  sealed: SealedColumns,
  added: { appId: string; fingerprint: string; secret: Secret; createdAt: number },
): Promise<void> {
  const live = await lockSecrets(sql, added.appId)
  if (live.includes(added.fingerprint)) throw new HubError('conflict', 'the app has this secret already')
  if (live.length >= maxLiveSecrets) {
    throw new HubError('conflict', 'two secrets are live already: remove one first')
  }
  await insertSecret(sql, sealed, added)
}

/** The last secret of an app stays. */
export async function removeLiveSecret(sql: Sql, appId: string, fingerprint: string): Promise<void> {
  const live = await lockSecrets(sql, appId)
  if (!live.includes(fingerprint)) throw new HubError('not_found', 'the app has no such secret')
  if (live.length === 1) throw new HubError('conflict', "an app's last secret cannot be removed")
  await deleteSecret(sql, appId, fingerprint)
}

/** Makes this the app's only secret. */
export async function replaceSecrets(
  sql: Sql,
  sealed: SealedColumns,
  secret: { appId: string; fingerprint: string; secret: Secret; createdAt: number },
): Promise<void> {
  for (const old of await lockSecrets(sql, secret.appId)) await deleteSecret(sql, secret.appId, old)
  await insertSecret(sql, sealed, secret)
}

export function checkSecret(secret: Secret): void {
  if (!/^[\x21-\x7e]{16,128}$/.test(secret.reveal())) throw new HubError('bad_request', 'secret is malformed')
}
