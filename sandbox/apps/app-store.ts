import { createAppSecret, createEncodingAesKey, createGatewayToken } from '../marked-secrets.ts'
import type { RandomBytes } from '../random-bytes.ts'
import { demoApps, demoOpenPlatform } from './demo-apps.ts'

export const appKinds = ['mini_program', 'official_account', 'open_app'] as const
export const gatewayModes = ['plain', 'compatible', 'safe'] as const
export const gatewayFormats = ['json', 'xml'] as const

export type App = {
  appid: string
  secret: string
  kind: (typeof appKinds)[number]
  name: string
  /** Apps of one open-platform account see the same unionid of a user; null: they see none. */
  openPlatform: string | null
  /** Addresses that may ask for tokens; null: all. */
  ipWhitelist: string[] | null
  /** Host that web authorisation may return to; null: any. */
  oauthDomain: string | null
  /** Pages of the published mini program; without them every page exists. */
  pages?: string[] | null
  /** Templates of messages to users; without them every template exists. */
  templates?: string[] | null
  gatewayMode?: (typeof gatewayModes)[number]
  /** A mini program chooses, and has JSON if it does not; official accounts get XML. */
  gatewayFormat?: (typeof gatewayFormats)[number]
  token?: string
  encodingAesKey?: string
  /** Where messages are pushed to; null: nowhere. */
  gatewayUrl?: string | null
}

export type AppStore = ReturnType<typeof createAppStore>

type Deps = { random: RandomBytes; gatewayUrls: ReadonlyMap<string, string> }

export function createAppStore({ random, gatewayUrls }: Deps) {
  const apps = new Map(demoApps.map((app) => [app.appid, withGatewayUrl(app, gatewayUrls.get(app.appid))]))

  function createApp(): App {
    return {
      appid: `wx${random(8).toString('hex')}`,
      secret: createAppSecret(random),
      kind: 'mini_program',
      name: 'Unnamed app',
      openPlatform: demoOpenPlatform,
      ipWhitelist: null,
      oauthDomain: null,
    }
  }

  return {
    find: (appid: string): App | null => apps.get(appid) ?? null,
    list: (): App[] => [...apps.values()],

    gatewayUrls: (): ReadonlyMap<string, string> =>
      new Map(
        [...apps.values()].flatMap(({ appid, gatewayUrl }) => (gatewayUrl ? [[appid, gatewayUrl]] : [])),
      ),

    /** The app as it would be after the change. */
    compose(changes: Partial<App>): App {
      const app = { ...(apps.get(changes.appid ?? '') ?? createApp()), ...changes }
      if (app.gatewayUrl !== undefined || app.token !== undefined) app.gatewayMode ??= 'plain'
      if (app.gatewayMode !== undefined) {
        app.token ??= createGatewayToken(random)
        app.encodingAesKey ??= createEncodingAesKey(random)
      }
      return app
    },
    upsert(app: App): App {
      apps.set(app.appid, app)
      return app
    },
  }
}

function withGatewayUrl(app: App, gatewayUrl: string | undefined): App {
  return gatewayUrl === undefined ? app : { ...app, gatewayUrl }
}
