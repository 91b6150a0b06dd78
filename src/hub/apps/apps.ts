import { isUniqueViolation } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Secret } from '../../secret.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import type { App, AppKind } from './app.ts'
import { hasSecret } from './app.ts'
import { deleteSecret, insertApp, insertSecret, lockSecrets, updateAppName } from './apps-store.ts'

export type AppInput = { appId: string; tenantId: number; kind: AppKind; name: string; secret: Secret }

type AppSetup = Setup<{ apps: ReadonlyMap<string, App> }>

export type Apps = ReturnType<typeof createApps>

const maxLiveSecrets = 2

/** The WeChat apps of all tenants. */
export function createApps(deps: { setup: AppSetup; sealed: SealedColumns; now: () => number }) {
  const { setup, sealed, now } = deps

  async function find(appId: string): Promise<App | null> {
    const { apps } = await setup.current()
    return apps.get(appId) ?? null
  }

  async function get(appId: string): Promise<App> {
    const app = await find(appId)
    if (app === null) throw new HubError('app_unknown', 'no app has this appId')
    return app
  }

  async function fingerprintOf(app: { appId: string; tenantId: number }, secret: Secret): Promise<string> {
    const hash = await sealed.hash(app.tenantId, 'app-secret', `${app.appId}:${secret.reveal()}`)
    return hash.toString('hex').slice(0, 12)
  }

  async function add(input: AppInput): Promise<App> {
    const { appId, secret } = input
    checkApp(input)
    const fingerprint = await fingerprintOf(input, secret)
    try {
      await setup.change(async (sql) => {
        await insertApp(sql, { ...input, createdAt: now() })
        await insertSecret(sql, sealed, { appId, fingerprint, secret, createdAt: now() })
      })
    } catch (error) {
      if (isUniqueViolation(error)) throw new HubError('conflict', 'an app with this appId is there already')
      throw error
    }
    return get(appId)
  }

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
    find,
    get,
    add,

    /** Adds a second live secret, so that callers can change over. Returns its fingerprint. */
    async addSecret(appId: string, secret: Secret): Promise<string> {
      checkSecret(secret)
      const app = await get(appId)
      const fingerprint = await fingerprintOf(app, secret)
      await setup.change(async (sql) => {
        const live = await lockSecrets(sql, appId)
        if (live.includes(fingerprint)) throw new HubError('conflict', 'the app has this secret already')
        if (live.length >= maxLiveSecrets) {
          throw new HubError('conflict', 'two secrets are live already: remove one first')
        }
        await insertSecret(sql, sealed, { appId, fingerprint, secret, createdAt: now() })
      })
      return fingerprint
    },

    async removeSecret(appId: string, fingerprint: string): Promise<void> {
      await get(appId)
      await setup.change(async (sql) => {
        const live = await lockSecrets(sql, appId)
        if (!live.includes(fingerprint)) throw new HubError('not_found', 'the app has no such secret')
        if (live.length === 1) throw new HubError('conflict', "an app's last secret cannot be removed")
        await deleteSecret(sql, appId, fingerprint)
      })
    },

    /** Brings an app to exactly this state, whether it is there or not: for set-up by machines. */
    async ensure(input: AppInput): Promise<App> {
      const known = (await find(input.appId)) ?? (await addUnlessThere(input))
      const isAsWanted = known.name === input.name && hasSecret(known, input.secret.reveal())
      if (isAsWanted) return known
      const fingerprint = await fingerprintOf(known, input.secret)
      await setup.change(async (sql) => {
        await updateAppName(sql, input.appId, input.name)
        for (const old of await lockSecrets(sql, input.appId)) await deleteSecret(sql, input.appId, old)
        await insertSecret(sql, sealed, {
          appId: input.appId,
          fingerprint,
          secret: input.secret,
          createdAt: now(),
        })
      })
      return get(input.appId)
    },
  }
}

/** An appId as WeChat makes them: `wx` and 16 hex digits; some old ones have other letters. */
function checkApp({ appId, name, secret }: AppInput): void {
  if (!/^[A-Za-z0-9_-]{6,64}$/.test(appId)) throw new HubError('bad_request', 'appId is malformed')
  if (name.length > 64) throw new HubError('bad_request', 'name is longer than 64 characters')
  checkSecret(secret)
}

function checkSecret(secret: Secret): void {
  if (!/^[\x21-\x7e]{16,128}$/.test(secret.reveal())) throw new HubError('bad_request', 'secret is malformed')
}
