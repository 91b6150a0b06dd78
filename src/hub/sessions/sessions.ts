import type { Database, Sql } from '../../database/database.ts'
import { Secret } from '../../secret.ts'
import type { Actor } from '../audit/actor.ts'
import { HubError } from '../errors.ts'
import type { Identity } from '../users/identities-store.ts'
import { lockChain, revokeChain } from './chains-store.ts'
import { afterlifeMs, maxLifeMs } from './lifetimes.ts'
import { type RenewalTerms, renewSession } from './renew-session.ts'
import { revokeAllOfUser } from './revoke-all.ts'
import { createSessionCache } from './session-cache.ts'
import { deleteSessions, insertSession, prolongSession, type StoredSession } from './sessions-store.ts'
import { hashToken, isToken, makeToken } from './token.ts'

export type Session = Pick<
  StoredSession,
  'identityId' | 'appId' | 'openId' | 'userId' | 'unionId' | 'contract' | 'expiresAt'
>

export type IssuedSession = { token: Secret; openId: string; expiresAt: number }

export type Sessions = ReturnType<typeof createSessions>

const prolongStepMs = 5 * 60 * 1000

/** Opaque tokens of 256 random bits; whoever holds one is the identity that logged in. */
export function createSessions({ database, now }: { database: Database; now: () => number }) {
  const { find, forget, forgetAll } = createSessionCache({ database, now })

  async function prolong(hash: Buffer, session: StoredSession): Promise<void> {
    const expiresAt = Math.min(now() + session.lifetimeMs, session.endsAt)
    if (expiresAt - session.expiresAt < prolongStepMs) return
    await prolongSession(database.sql, hash, expiresAt)
    session.expiresAt = expiresAt
  }

  return {
    async issue(
      identity: Identity,
      terms: { contract: string; lifetimeMs: number },
      sql: Sql = database.sql,
    ): Promise<IssuedSession> {
      const token = makeToken()
      const issuedAt = now()
      const expiresAt = issuedAt + terms.lifetimeMs
      await insertSession(sql, {
        ...terms,
        tokenHash: hashToken(token),
        identityId: identity.id,
        issuedAt,
        expiresAt,
        endsAt: issuedAt + maxLifeMs,
      })
      return { token: new Secret(token), openId: identity.openId, expiresAt }
    },

    /** The live session behind a token, of whatever app, prolonged by this use; null where there is none. */
    async findLive(token: string): Promise<Session | null> {
      if (!isToken(token)) return null
      const hash = hashToken(token)
      const session = await find(hash)
      if (session === null || session.revokedAt !== null || session.replacedAt !== null) return null
      if (session.expiresAt <= now()) return null
      await prolong(hash, session)
      return session
    },

    /** The live session behind a token, prolonged by this use. A session of another app is no session. */
    async verify(token: string, appId: string): Promise<Session> {
      if (!isToken(token)) throw new HubError('session_invalid', 'the token is malformed')
      const hash = hashToken(token)
      const session = await find(hash)
      if (session === null || session.appId !== appId || session.revokedAt !== null) {
        throw new HubError('session_invalid', 'there is no such session')
      }
      if (session.replacedAt !== null) throw new HubError('session_invalid', 'the session was exchanged')
      if (session.expiresAt <= now()) throw new HubError('session_expired', 'the session ran out')
      await prolong(hash, session)
      return session
    },

    /**
     * Exchanges a session of `contract` that is live, or ran out less than `graceMs` ago, for a new one; the
     * old token is dead at once. Null where there is no such session: see `renewSession`.
     */
    async renew(token: string, terms: RenewalTerms): Promise<IssuedSession | null> {
      if (!isToken(token)) return null
      const renewal = await renewSession(database, token, { ...terms, askedAt: now() })
      if (renewal === 'chain_revoked') forgetAll()
      else if (renewal !== 'refused') forget(hashToken(token))
      return typeof renewal === 'string' ? null : renewal
    },

    /** Ends a login: the session, and those that it was renewed from or to. */
    async revoke(token: string): Promise<void> {
      await database.transaction(async (sql) => {
        const link = await lockChain(database, sql, hashToken(token))
        if (link !== null) await revokeChain(sql, link, now())
      })
      forgetAll()
    },

    async revokeAllOfUser(user: { id: number; tenantId: number }, actor: Actor): Promise<number> {
      const count = await revokeAllOfUser(database, user, actor, now())
      forgetAll()
      return count
    },

    /** To be called when a transaction has revoked sessions: what is remembered of any is over. */
    forgetAll,

    /** Removes sessions that ended long ago, a bounded number at a time. Returns how many. */
    purge: (limit: number): Promise<number> => deleteSessions(database.sql, now() - afterlifeMs, limit),
  }
}
