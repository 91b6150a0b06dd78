import type { SealedColumns } from '../../database/sealed-columns.ts'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import { type App, hasSecret } from './app.ts'
import type { AppChange } from './app-change.ts'
import { fingerprintOf, replaceSecrets } from './app-secrets.ts'
import type { AppInput } from './apps.ts'
import { updateAppName } from './apps-store.ts'
import type { GatewayInput } from './gateway-settings.ts'

type Deps = {
  setup: Setup<unknown>
  sealed: SealedColumns
  now: () => number
  find: (appId: string) => Promise<App | null>
  get: (appId: string) => Promise<App>
  add: (input: AppInput) => Promise<App>
  change: (appId: string, change: AppChange) => Promise<App>
}

export function createAppEnsuring({ setup, sealed, now, find, get, add, change }: Deps) {
  /** For processes that start at the same moment: the second finds what the first made. */
  async function addUnlessThere(input: AppInput): Promise<App> {
    try {
      return await add(input)
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'conflict') throw error
      await setup.refresh()
      return get(input.appId)
    }
  }

  return {
    /**
     * Brings an app to exactly this name and secret, whether it is there or not: for set-up by machines. A gateway
     * is given to an app without one; settings of an operator stay.
     */
    async ensure({ gateway, ...input }: AppInput & { gateway?: GatewayInput | undefined }): Promise<App> {
      const { appId, name, secret } = input
      const known = (await find(appId)) ?? (await addUnlessThere(input))
      if (gateway !== undefined && known.gateway === null) await change(appId, { gateway })
      if (known.name === name && hasSecret(known, secret.reveal())) return get(appId)
      const fingerprint = await fingerprintOf(sealed, known, secret)
      await setup.change(async (sql) => {
        await updateAppName(sql, appId, name)
        await replaceSecrets(sql, sealed, { appId, fingerprint, secret, createdAt: now() })
        const { tenantId } = known
        const noted = { action: 'app.secret_replaced', subject: `app:${appId}`, detail: { fingerprint } }
        await insertAuditEntry(sql, { ...noted, tenantId, at: now(), actor: systemActor })
      })
      return get(appId)
    },
  }
}
