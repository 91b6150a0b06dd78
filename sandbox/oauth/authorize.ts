import type { App } from '../apps/app-store.ts'
import type { User } from '../users/user-store.ts'
import type { World } from '../world.ts'
import type { AuthorizeUrl } from './authorize-url.ts'
import { parseAuthorizeUrl } from './authorize-url.ts'
import { PageError } from './page-error.ts'

/** The user opens the consent page and agrees or refuses: where the browser is sent. */
export function authorize(
  world: Pick<World, 'apps' | 'rules' | 'oauthCodes'>,
  { url, user, deny }: { url: string; user: User; deny: boolean },
): string {
  const { rules, oauthCodes } = world
  const { app, ...given } = openConsent(world, url)
  const state = given.state === null ? {} : { state: given.state }
  if (deny) return toLocation(given.redirectUri, state)
  const website = given.page === 'qrconnect'
  const snapshot = user.virtual && given.scope === 'snsapi_userinfo'
  const consent = { user, scope: given.scope, mobile: false, snapshot }
  const lifetimeMs = website ? rules.websiteCodeLifetimeMs : rules.codeLifetimeMs
  const code = oauthCodes.issue(app.appid, consent, lifetimeMs)
  return toLocation(given.redirectUri, { code, ...state })
}

/** What the page asks for, and of which app; throws the error that it would show instead. */
export function openConsent(
  { apps, rules }: Pick<World, 'apps' | 'rules'>,
  url: string,
): AuthorizeUrl & { app: App } {
  const given = parseAuthorizeUrl(url, rules)
  const app = checkApp(apps.find(given.appid), given)
  checkRedirect(app, given.redirectUri)
  return { ...given, app }
}

function checkApp(app: App | null, { page, scope }: AuthorizeUrl): App {
  if (app === null) throw new PageError(null, 'AppID 参数错误')
  if (page === 'qrconnect') {
    const fits = app.kind === 'open_app' && scope === 'snsapi_login'
    if (!fits) throw new PageError(null, 'Scope 参数错误或没有 Scope 权限')
    return app
  }
  if (app.kind === 'open_app') throw new PageError(10016, 'an open-platform appid is not supported here')
  const fits = app.kind === 'official_account' && ['snsapi_base', 'snsapi_userinfo'].includes(scope)
  if (!fits) throw new PageError(10005, `the account has no scope ${scope}`)
  return app
}

function checkRedirect({ oauthDomain }: App, redirectUri: string): void {
  const url = URL.parse(redirectUri)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new PageError(null, 'redirect_uri 参数错误')
  if (oauthDomain !== null && url.hostname !== oauthDomain) {
    throw new PageError(10003, `the host of redirect_uri is not ${oauthDomain}`)
  }
}

/** Adds to the query and leaves everything else of the address as the site wrote it. */
function toLocation(redirectUri: string, answer: Record<string, string>): string {
  const [address = '', ...fragment] = redirectUri.split('#')
  const joint = address.includes('?') ? '&' : '?'
  const query = new URLSearchParams(answer).toString()
  return [query === '' ? address : `${address}${joint}${query}`, ...fragment].join('#')
}
