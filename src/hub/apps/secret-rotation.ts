import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Secret } from '../../secret.ts'
import { type Actor, systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import type { Setup } from '../setup/setup.ts'
import type { App } from './app.ts'
import { addLiveSecret, checkSecret, fingerprintOf, removeLiveSecret } from './app-secrets.ts'

type Deps = {
  setup: Setup<unknown>
  sealed: SealedColumns
  now: () => number
  get: (appId: string) => Promise<App>
}

/** Two secrets of an app can be live, so that callers change over one by one. */
export function createSecretRotation({ setup, sealed, now, get }: Deps) {
  return {
    /** Adds a second live secret. Returns its fingerprint. */
    async addSecret(appId: string, secret: Secret, actor: Actor = systemActor): Promise<string> {
      checkSecret(secret)
      const app = await get(appId)
      const fingerprint = await fingerprintOf(sealed, app, secret)
      const noted = { ...notedOf(app, fingerprint), actor, action: 'app.secret_added' }
      await setup.change(async (sql) => {
        await addLiveSecret(sql, sealed, { appId, fingerprint, secret, createdAt: now() })
        await insertAuditEntry(sql, { ...noted, at: now() })
      })
      return fingerprint
    },

    async removeSecret(appId: string, fingerprint: string, actor: Actor = systemActor): Promise<void> {
      const noted = { ...notedOf(await get(appId), fingerprint), actor, action: 'app.secret_removed' }
      await setup.change(async (sql) => {
        await removeLiveSecret(sql, appId, fingerprint)
        await insertAuditEntry(sql, { ...noted, at: now() })
      })
    },
  }
}

function notedOf({ appId, tenantId }: App, fingerprint: string) {
  return { subject: `app:${appId}`, tenantId, detail: { fingerprint } }
}
