import type { TestContext } from 'node:test'
import type { Engine } from '../../src/database/database.ts'
import type { AppKind } from '../../src/hub/apps/app.ts'
import { Secret } from '../../src/secret.ts'
import { type StartOptions, startHub } from '../support/hub.ts'

export type CaseHub = Awaited<ReturnType<typeof startCaseHub>>

export type CaseApp = { appId: string; secret: string; kind: AppKind }

/** One hub for many cases: each brings an app, a mount and a user of its own, and time only moves on. */
export async function startCaseHub(t: TestContext, engine: Engine, options: StartOptions = {}) {
  let offsetMs = 0
  const now = () => Date.now() + offsetMs
  const hub = await startHub(t, { ...options, engine, now })
  const { control } = hub.sandbox
  const { id: tenantId } = await hub.hub.tenants.ensure()
  let made = 0
  const others = new Map<AppKind, Promise<CaseApp>>()

  async function makeApp(kind: AppKind, openPlatform: string | false = 'demo'): Promise<CaseApp> {
    const { appid, secret } = await control('POST', '/apps', { kind, openPlatform })
    const app = { appId: String(appid), secret: String(secret) }
    await hub.hub.apps.add({
      ...app,
      tenantId,
      kind,
      name: 'made for a case',
      secret: new Secret(app.secret),
    })
    return { ...app, kind }
  }

  return {
    ...hub,
    now,
    later(ms: number): void {
      offsetMs += ms
    },

    uniqueName: (): string => `case-${++made}`,

    makeApp,

    /** Another app than a case is about: one for all cases, since each app makes every later one dearer. */
    otherApp(kind: AppKind): Promise<CaseApp> {
      const known = others.get(kind) ?? makeApp(kind)
      others.set(kind, known)
      return known
    },

    /** What the client of a user gets who agrees to log in to the app. */
    async makeCode({ appId, kind }: CaseApp, userId: string, scope = 'snsapi_userinfo'): Promise<string> {
      if (kind !== 'official_account') {
        return String((await control('POST', `/users/${userId}/login`, { appid: appId })).code)
      }
      const query = new URLSearchParams({
        appid: appId,
        redirect_uri: 'https://shop.example/back',
        response_type: 'code',
        scope,
      })
      const url = `${hub.url}/connect/oauth2/authorize?${query}#wechat_redirect`
      const { location } = await control('POST', `/users/${userId}/authorize`, { url })
      return new URL(String(location)).searchParams.get('code') ?? ''
    },
  }
}
