import { setTimeout as delay } from 'node:timers/promises'
import type { Database, Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { WeChat } from '../../wechat/wechat.ts'
import type { App } from '../apps/app.ts'
import { HubError } from '../errors.ts'
import type { Observer } from '../observer.ts'
import { createRateLimit } from '../rate-limit.ts'
import type { IssuedSession, Sessions } from '../sessions/sessions.ts'
import type { Identity } from '../users/identities-store.ts'
import type { Settings } from '../users/settings.ts'
import type { Users } from '../users/users.ts'
import { deleteCodeExchanges, findCodeExchange, insertCodeExchange } from './code-exchanges-store.ts'
import { createCodeMemo } from './code-memo.ts'
import { exchangeCode } from './exchange-code.ts'

export type LoginRequest = {
  app: App
  code: string
  /** The caller's address, for the limit of failed exchanges. */
  address: string
  contract: string
  lifetimeMs: number
  /** What a user gets who has no settings yet. */
  firstSettings?: Settings
  /** Ask WeChat for the profile too, where the user agreed to that. */
  withProfile?: boolean
  /** Written together with the session. */
  alsoWrite?: (sql: Sql, identity: Identity) => Promise<void>
}

export type Logins = ReturnType<typeof createLogins>

type Deps = {
  database: Database
  sealed: SealedColumns
  wechat: WeChat
  users: Users
  sessions: Sessions
  observer: Observer
  now: () => number
}

/** How long a code that was exchanged may be brought again. */
const repeatMs = 10_000
const failuresPerMinute = 30
/** A node that lost the race for a code waits this long for the winner's row. */
const winnerPatienceMs = 400
const codeBeenUsed = 40163

/**
 * Logins by code. A code is safe to repeat: WeChat is asked once, whoever brings the same code at the same
 * time or within 10 s gets a session of their own. Only successes are remembered.
 */
export function createLogins(deps: Deps) {
  const { database, sealed, users, sessions, observer, now } = deps
  const failures = createRateLimit({ max: failuresPerMinute, windowMs: 60_000, now })
  const memo = createCodeMemo<Identity>({
    keepMs: repeatMs,
    now,
    onJoin: () => observer.flightJoined('code'),
  })

  async function exchange(
    app: App,
    code: string,
    issue: (sql: Sql, identity: Identity) => Promise<void>,
  ): Promise<Identity> {
    const codeHash = await sealed.hash(app.tenantId, 'login-code', `${app.appId}:${code}`)
    try {
      const sighting = await exchangeCode(deps, app, code)
      return await users.record(sighting, async (sql, identity) => {
        await insertCodeExchange(sql, { codeHash, identityId: identity.id, until: now() + repeatMs })
        await issue(sql, identity)
      })
    } catch (error) {
      if (!(error instanceof HubError) || error.upstream?.errcode !== codeBeenUsed) throw error
      const identity = await awaitWinner(codeHash)
      if (identity === null) throw error
      return identity
    }
  }

  /** WeChat says that the code was used: if another node of ours used it a moment ago, its row says by whom. */
  async function awaitWinner(codeHash: Buffer): Promise<Identity | null> {
    const startedAt = now()
    for (let pauseMs = 20; ; pauseMs *= 2) {
      const id = await findCodeExchange(database.sql, codeHash, now())
      if (id !== null) return users.findIdentity(id)
      if (now() - startedAt + pauseMs > winnerPatienceMs) return null
      await delay(pauseMs)
    }
  }

  async function completeUser(request: LoginRequest, identity: Identity): Promise<void> {
    const { app, firstSettings, withProfile } = request
    if (firstSettings !== undefined) await users.ensureSettings(identity.userId, firstSettings)
    if (withProfile) await users.tryRefreshProfile(app, identity)
  }

  return {
    /** Throws code_refused, snapshot_user, too_many_requests, or what WeChat's answer means. */
    async complete(request: LoginRequest): Promise<IssuedSession> {
      const { app, code, address, contract, lifetimeMs, alsoWrite } = request
      // Half of a surrogate pair cannot be sent to WeChat.
      if (!code.isWellFormed()) throw new HubError('bad_request', 'code is no well-formed text')
      failures.check(address)
      const issue = async (sql: Sql, identity: Identity): Promise<IssuedSession> => {
        await alsoWrite?.(sql, identity)
        return sessions.issue(identity, { contract, lifetimeMs }, sql)
      }
      // Who exchanges the code gets the session in the same transaction; who joins gets one after it.
      let own: IssuedSession | undefined
      try {
        const identity = await memo.run(`${app.appId}:${code}`, () =>
          exchange(app, code, async (sql, found) => {
            own = await issue(sql, found)
          }),
        )
        await completeUser(request, identity)
        const session = own ?? (await issue(database.sql, identity))
        observer.loginCompleted(contract)
        return session
      } catch (error) {
        if (error instanceof HubError && error.code === 'code_refused') failures.count(address)
        throw error
      }
    },

    /** Removes exchanges that are over, at most `limit`. Returns how many. */
    purge: (limit: number): Promise<number> => deleteCodeExchanges(database.sql, now(), limit),
  }
}
