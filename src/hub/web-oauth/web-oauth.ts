import type { Database } from '../../database/database.ts'
import { drawRandomBytes } from '../../database/random-bytes.ts'
import { Secret } from '../../secret.ts'
import type { App } from '../apps/app.ts'
import type { Logins } from '../logins/logins.ts'
import type { Mount } from '../mounts/mount.ts'
import { createRateLimit } from '../rate-limit.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { hashToken, isToken, makeToken } from '../sessions/token.ts'
import type { Users } from '../users/users.ts'
import { toAuthorizeUrl } from './authorize-url.ts'
import { afterlifeMs, createCallbacks } from './callbacks.ts'
import { deleteStates, insertState } from './oauth-states-store.ts'
import { parseReturnUrl } from './return-url.ts'

export type LoginStart = {
  mount: Mount
  app: App
  /** Where WeChat sends the browser back to. */
  callbackUrl: string
  ownOrigin: string
  /** The page to come back to, as asked for; null for the index page. */
  wanted: string | null
  /** What the browser's cookie holds, if it has one. */
  browser: string | null
  /** The caller's address, for the limit of logins begun. */
  address: string
}

export type WebOAuth = ReturnType<typeof createWebOAuth>

type Deps = {
  database: Database
  logins: Logins
  sessions: Sessions
  users: Users
  /** WeChat's host of pages. */
  openUrl: string
  now: () => number
}

const stateLifeMs = 10 * 60_000
/** Each is a row for 12 minutes, and who begins is known by nothing. Many people may share an address. */
const beginsPerMinute = 300

/**
 * Logins of official accounts in the browser. A state is known by its hash, lives 10 minutes, and belongs to
 * the browser that began: one browser may have several under way. The first code that comes back with it is
 * the only one it takes, and no other state takes that code.
 */
export function createWebOAuth(deps: Deps) {
  const { database, openUrl, now } = deps
  const begins = createRateLimit({ max: beginsPerMinute, windowMs: 60_000, now })

  return {
    ...createCallbacks(deps),

    /** Begins a login: where to send the browser, and what to keep in its cookie. Throws too_many_requests. */
    async begin(start: LoginStart): Promise<{ url: string; browser: Secret }> {
      const { mount, app, callbackUrl, ownOrigin, wanted } = start
      begins.countOrRefuse(start.address)
      const origins = mount.options.redirectOrigins ?? []
      // Logins in several tabs share the cookie: none makes another fail.
      const browser = start.browser !== null && isToken(start.browser) ? start.browser : makeToken()
      const state = drawRandomBytes(16).toString('hex')
      await insertState(database.sql, {
        stateHash: hashToken(state),
        mountId: mount.id,
        browserHash: hashToken(browser),
        returnUrl: wanted === null ? null : parseReturnUrl(wanted, { ownOrigin, origins }),
        expiresAt: now() + stateLifeMs,
      })
      const scope = mount.options.scope ?? 'snsapi_userinfo'
      const url = toAuthorizeUrl(openUrl, { appId: app.appId, callbackUrl, scope, state })
      return { url, browser: new Secret(browser) }
    },

    /** Removes logins that are over, at most `limit`. Returns how many. */
    purge: (limit: number): Promise<number> => deleteStates(database.sql, now() - afterlifeMs, limit),
  }
}
