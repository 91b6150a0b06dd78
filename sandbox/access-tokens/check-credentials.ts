import type { App } from '../apps/app-store.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { World } from '../world.ts'

export type Credentials = { appid: string; secret: string; grantType: string }

/** Names the app of a token call: the appid is looked at before everything else. */
export function checkCredentials(world: World, given: Credentials, address: string): App {
  const app = checkAppid(world, given.appid)
  if (given.secret === '') throw new UpstreamError(41004)
  if (given.grantType !== 'client_credential') throw new UpstreamError(40002)
  if (given.secret !== app.secret) throw new UpstreamError(40125)
  checkAddress(app, address)
  return app
}

export function checkAppid({ apps }: Pick<World, 'apps'>, appid: string): App {
  if (appid === '') throw new UpstreamError(41002)
  const app = apps.find(appid)
  if (app === null) throw new UpstreamError(40013)
  return app
}

function checkAddress({ ipWhitelist }: App, address: string): void {
  if (ipWhitelist === null || ipWhitelist.includes(address)) return
  const ipv6 = address.includes(':') ? address : `::ffff:${address}`
  throw new UpstreamError(40164, `invalid ip ${address} ipv6 ${ipv6}, not in whitelist`)
}
