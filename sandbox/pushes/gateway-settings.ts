import type { App } from '../apps/app-store.ts'

/** What a push to the app needs; the secrets exist from the moment that a mode is set. */
export type GatewaySettings = {
  appid: string
  url: string
  mode: NonNullable<App['gatewayMode']>
  format: NonNullable<App['gatewayFormat']>
  token: string
  encodingAesKey: string
}

/** Null as long as the app has no gatewayUrl. */
export function toGatewaySettings(app: App): GatewaySettings | null {
  const { appid, kind, gatewayUrl: url, gatewayMode: mode, token, encodingAesKey } = app
  if (!url || mode === undefined || token === undefined || encodingAesKey === undefined) return null
  const format = kind === 'mini_program' ? (app.gatewayFormat ?? 'json') : 'xml'
  return { appid, url, mode, format, token, encodingAesKey }
}

export function addQuery(url: string, query: Record<string, string>): string {
  const target = new URL(url)
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
  target.hash = ''
  return target.href
}
