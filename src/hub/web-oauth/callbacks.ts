import { timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Database, isUniqueViolation, type Sql } from '../../database/database.ts'
import { HubError } from '../errors.ts'
import type { LoginRequest, Logins } from '../logins/logins.ts'
import type { Mount } from '../mounts/mount.ts'
import type { IssuedSession, Sessions } from '../sessions/sessions.ts'
import { hashToken, isToken } from '../sessions/token.ts'
import type { Users } from '../users/users.ts'
import {
  claimState,
  deleteFailedState,
  findState,
  finishState,
  type OAuthState,
  releaseState,
} from './oauth-states-store.ts'

export type Callback = Pick<LoginRequest, 'app' | 'address' | 'contract' | 'lifetimeMs'> & {
  mount: Mount
  state: string
  /** Empty where the user refused. */
  code: string
  browser: string | null
}

/** Who brings a state, and where. */
type Claimant = Pick<Callback, 'mount' | 'state' | 'browser'>

/** `returnUrl` null: the index page. */
export type LoginEnd =
  | { outcome: 'logged_in'; session: IssuedSession; returnUrl: string | null }
  | { outcome: 'refused' }

type Deps = { database: Database; logins: Logins; sessions: Sessions; users: Users; now: () => number }

/** How long a callback that is done may come again. */
const repeatMs = 60_000
/** An exchange and a question for the profile, each with its time-outs; a node that died is followed then. */
const leaseMs = 20_000
/** After the end of its life a state may still be needed for so long. */
export const afterlifeMs = repeatMs + leaseMs
const maxPauseMs = 250
const maxCodeLength = 512

/** The second half of a web login: see `createWebOAuth`. */
export function createCallbacks(deps: Deps) {
  const { database, logins, sessions, users, now } = deps

  /** The state of this browser at this mount; for anybody else there is none. */
  async function findOwnState({ mount, state, browser }: Claimant): Promise<OAuthState | null> {
    if (!/^[0-9a-f]{32}$/.test(state) || browser === null || !isToken(browser)) return null
    const found = await findState(database.sql, hashToken(state))
    const isOurs = found?.mountId === mount.id && timingSafeEqual(found.browserHash, hashToken(browser))
    return isOurs ? found : null
  }

  /** Until when the exchange is ours; null where it is another's. */
  async function claim(stateHash: Buffer, codeHash: Buffer): Promise<number | null> {
    const at = now()
    const leaseUntil = at + leaseMs
    try {
      const isOurs = await claimState(database.sql, { stateHash, codeHash, now: at, leaseUntil })
      return isOurs ? leaseUntil : null
    } catch (error) {
      if (isUniqueViolation(error)) throw refusal('the code came back with another state')
      throw error
    }
  }

  /** Runs on one node at a time for a state. */
  async function exchange(callback: Callback, stateHash: Buffer, leaseUntil: number): Promise<IssuedSession> {
    const finish = (sql: Sql, outcome: OAuthState['outcome'], identityId: number | null) =>
      finishState(sql, stateHash, { outcome, identityId, doneAt: now() })
    try {
      return await logins.complete({
        ...callback,
        withProfile: true,
        alsoWrite: (sql, { id }) => finish(sql, 'logged_in', id),
      })
    } catch (error) {
      const reason = error instanceof HubError ? error.code : null
      if (reason === 'snapshot_user') await finish(database.sql, 'snapshot', null)
      // No answer may be a code that is still good: the same callback may try again.
      if (reason === 'code_refused') await deleteFailedState(database.sql, stateHash)
      throw error
    } finally {
      await releaseState(database.sql, stateHash, leaseUntil)
    }
  }

  /** The callback came again, or WeChat fetched it twice: a further session, and WeChat is not asked. */
  async function repeat({ contract, lifetimeMs }: Callback, state: OAuthState): Promise<IssuedSession> {
    if (state.doneAt === null || now() - state.doneAt > repeatMs) throw refusal('the state was used')
    if (state.outcome === 'snapshot') throw new HubError('snapshot_user', 'the page was a snapshot')
    const identity = state.identityId === null ? null : await users.findIdentity(state.identityId)
    if (identity === null) throw refusal('the user is gone')
    return sessions.issue(identity, { contract, lifetimeMs })
  }

  async function complete(callback: Callback): Promise<LoginEnd> {
    const stateHash = hashToken(callback.state)
    const codeHash = hashToken(`${callback.app.appId}:${callback.code}`)
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      const state = await findOwnState(callback)
      if (state === null) throw refusal('the state is unknown, or of another browser')
      const { returnUrl } = state
      checkUse(state, callback.code === '' ? null : codeHash, now())
      if (callback.code === '') return { outcome: 'refused' }
      if (state.leaseUntil <= now()) {
        if (state.doneAt !== null) {
          return { outcome: 'logged_in', session: await repeat(callback, state), returnUrl }
        }
        const leaseUntil = await claim(stateHash, codeHash)
        if (leaseUntil !== null) {
          const session = await exchange(callback, stateHash, leaseUntil)
          return { outcome: 'logged_in', session, returnUrl }
        }
      }
      // Another node is at it: at most until its lease is over.
      await delay(pauseMs)
    }
  }

  return {
    /** The page that a login of this browser began at, as long as the login is known; null: the index page. */
    async findReturnUrl(claimant: Claimant): Promise<string | null> {
      return (await findOwnState(claimant))?.returnUrl ?? null
    },

    /**
     * Ends a login. The same callback within a minute gives a further session; a user who refused may still
     * agree. Throws bad_request for any other use of a state, snapshot_user, and what `logins.complete`
     * throws.
     */
    async end(callback: Callback): Promise<LoginEnd> {
      const { code } = callback
      if (code.length > maxCodeLength || !code.isWellFormed()) throw refusal('the code is malformed')
      return complete(callback)
    },
  }
}

/** A state that is bound to a code takes that code only; one that is not must be alive. */
function checkUse(state: OAuthState, codeHash: Buffer | null, now: number): void {
  if (state.codeHash === null) {
    if (state.expiresAt <= now) throw refusal('the state is over')
  } else if (codeHash === null || !codeHash.equals(state.codeHash)) {
    throw refusal('the state was used')
  } else if (state.doneAt === null && state.expiresAt <= now) {
    throw refusal('the state is over')
  }
}

function refusal(message: string): HubError {
  return new HubError('bad_request', message)
}
