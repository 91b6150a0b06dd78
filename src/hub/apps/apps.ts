import { isForeignKeyViolation, isUniqueViolation, type Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Secret } from '../../secret.ts'
import { type Actor, systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { checkName } from '../name.ts'
import type { Setup } from '../setup/setup.ts'
import type { App, AppKind } from './app.ts'
import { type AppChange, checkAppChange, writeAppChange } from './app-change.ts'
import { checkSecret, fingerprintOf } from './app-secrets.ts'
import { deleteApp, insertApp, insertSecret } from './apps-store.ts'
import { createAppEnsuring } from './ensure-app.ts'
import { createSecretRotation } from './secret-rotation.ts'

export type AppInput = { appId: string; tenantId: number; kind: AppKind; name: string; secret: Secret }

/** An app may be set up before its secret is at hand. */
type NewApp = Omit<AppInput, 'secret'> & { secret: Secret | null } & Pick<
    AppChange,
    'gateway' | 'verifyFiles'
  >

type OfTenant = Pick<App, 'appId' | 'tenantId'>

type AppSetup = Setup<{ apps: ReadonlyMap<string, App> }>

export type Apps = ReturnType<typeof createApps>

/** The WeChat apps of all tenants. */
export function createApps(deps: { setup: AppSetup; sealed: SealedColumns; now: () => number }) {
  const { setup, sealed, now } = deps

  async function find(appId: string): Promise<App | null> {
    const { apps } = await setup.current()
    return apps.get(appId) ?? null
  }

  async function get(appId: string): Promise<App> {
    const { apps } = await setup.current()
    const app = apps.get(appId)
    if (app === undefined) throw new HubError('app_unknown', 'no app has this appId')
    return app
  }

  function audit(sql: Sql, actor: Actor, action: string, app: OfTenant, detail = {}): Promise<void> {
    const { appId, tenantId } = app
    return insertAuditEntry(sql, { at: now(), actor, action, subject: `app:${appId}`, tenantId, detail })
  }

  async function add(input: NewApp, actor: Actor = systemActor): Promise<App> {
    const { appId, secret, tenantId, kind, gateway, verifyFiles } = input
    checkApp(input)
    checkAppChange({ kind, gateway: null }, { gateway, verifyFiles })
    const live = secret && { appId, secret, fingerprint: await fingerprintOf(sealed, input, secret) }
    try {
      await setup.change(async (sql) => {
        await insertApp(sql, { ...input, createdAt: now() })
        if (live !== null) await insertSecret(sql, sealed, { ...live, createdAt: now() })
        await audit(sql, actor, 'app.added', input, { tenantId, kind, fingerprint: live?.fingerprint })
        await writeAppChange(sql, sealed, appId, { gateway, verifyFiles }, (action, detail) =>
          audit(sql, actor, action, input, detail),
        )
      })
    } catch (error) {
      throw toRefusal(error)
    }
    return get(appId)
  }

  async function change(appId: string, change: AppChange, actor: Actor = systemActor): Promise<App> {
    const app = await get(appId)
    checkAppChange(app, change)
    await setup.change((sql) =>
      writeAppChange(sql, sealed, appId, change, (action, detail) => audit(sql, actor, action, app, detail)),
    )
    return get(appId)
  }

  return {
    ...createSecretRotation({ setup, sealed, now, get }),
    ...createAppEnsuring({ setup, sealed, now, find, get, add, change }),
    find,
    get,
    add,

    /** The content of a file of WeChat's domain check, whichever app has it. */
    async findVerifyFile(name: string): Promise<string | null> {
      const { apps } = await setup.current()
      for (const { verifyFiles } of apps.values()) {
        if (Object.hasOwn(verifyFiles, name)) return verifyFiles[name] ?? null
      }
      return null
    },

    /** Every app, in the order of their appIds. */
    async list(): Promise<App[]> {
      const { apps } = await setup.current()
      return [...apps.values()].sort((a, b) => (a.appId < b.appId ? -1 : 1))
    },

    change,

    /** Refused while a mount, a user's identity or a payment refers to the app. Its secrets and tokens go with it. */
    async remove(appId: string, actor: Actor = systemActor): Promise<void> {
      const app = await get(appId)
      try {
        await setup.change(async (sql) => {
          await deleteApp(sql, appId)
          await audit(sql, actor, 'app.removed', app)
        })
      } catch (error) {
        if (isForeignKeyViolation(error))
          throw new HubError('conflict', 'mounts, users or payments refer to the app')
        throw error
      }
    },
  }
}

/** Why an app could not be added, where the database says so. */
function toRefusal(error: unknown): unknown {
  if (isUniqueViolation(error)) return new HubError('conflict', 'an app with this appId is there already')
  if (isForeignKeyViolation(error)) return new HubError('bad_request', 'tenantId names no tenant')
  return error
}

/** WeChat's appIds are `wx` and 16 hex digits; some old ones hold other letters. */
function checkApp({ appId, name, secret }: NewApp): void {
  if (!/^[A-Za-z0-9_-]{6,64}$/.test(appId)) throw new HubError('bad_request', 'appId is malformed')
  checkName(name)
  if (secret !== null) checkSecret(secret)
}
