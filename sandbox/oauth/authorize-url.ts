import type { Rules } from '../rules.ts'
import { PageError } from './page-error.ts'

export type AuthorizeUrl = {
  page: 'oauth2' | 'qrconnect'
  appid: string
  redirectUri: string
  scope: string
  /** Null when the site gave none. */
  state: string | null
}

type Strictness = Pick<Rules, 'strictAuthorizeOrder' | 'strictState'>

const pages: Record<string, AuthorizeUrl['page']> = {
  '/connect/oauth2/authorize': 'oauth2',
  '/connect/qrconnect': 'qrconnect',
}
const orderedNames = ['appid', 'redirect_uri', 'response_type', 'scope', 'state']

/** Reads the address of a consent page as WeChat does, which even looks at the fragment. */
export function parseAuthorizeUrl(text: string, rules: Strictness): AuthorizeUrl {
  const url = URL.parse(text)
  const page = url === null ? undefined : pages[url.pathname]
  if (url === null || page === undefined)
    throw new PageError(null, 'not the address of a WeChat consent page')
  const read = (name: string) => url.searchParams.get(name) ?? ''
  const given = { page, appid: read('appid'), redirectUri: read('redirect_uri'), scope: read('scope') }
  if (given.appid === '') throw new PageError(10012, 'appid is empty')
  if (given.redirectUri === '') throw new PageError(10011, 'redirect_uri is empty')
  if (given.scope === '') throw new PageError(10010, 'scope is empty')
  checkForm(url, page)
  if (rules.strictAuthorizeOrder) checkOrder(url)
  return { ...given, state: checkState(url.searchParams.get('state'), rules) }
}

function checkForm(url: URL, page: AuthorizeUrl['page']): void {
  if (url.searchParams.get('response_type') !== 'code')
    throw new PageError(null, 'response_type must be code')
  if (page === 'oauth2' && url.hash !== '#wechat_redirect') {
    throw new PageError(null, 'the fragment #wechat_redirect is missing')
  }
}

function checkOrder(url: URL): void {
  const names = [...new Set(url.searchParams.keys())].filter((name) => orderedNames.includes(name))
  const sorted = names.toSorted((a, b) => orderedNames.indexOf(a) - orderedNames.indexOf(b))
  if (names.join() !== sorted.join()) {
    throw new PageError(null, `the parameters must come in the order ${orderedNames.join(', ')}`)
  }
}

function checkState(state: string | null, { strictState }: Strictness): string | null {
  if (state === null) return null
  if (state === '') throw new PageError(10013, 'state is empty')
  if (Buffer.byteLength(state) > 128) throw new PageError(null, 'state is longer than 128 bytes')
  if (strictState && !/^[0-9A-Za-z]+$/.test(state)) {
    throw new PageError(null, 'state may have only letters and digits')
  }
  return state
}
