import { hash, randomBytes } from 'node:crypto'
import type { Database, Sql } from '../../database/database.ts'
import { Secret } from '../../secret.ts'
import { createBoundedMap } from '../bounded-map.ts'
import { HubError } from '../errors.ts'
import type { Identity } from '../users/identities-store.ts'
import {
  deleteSessions,
  findSession,
  insertSession,
  prolongSession,
  revokeSession,
  revokeSessionsOfUser,
  type StoredSession,
} from './sessions-store.ts'

export type Session = Pick<
  StoredSession,
  'identityId' | 'appId' | 'openId' | 'userId' | 'unionId' | 'contract' | 'expiresAt'
>

export type IssuedSession = { token: Secret; openId: string; expiresAt: number }

export type Sessions = ReturnType<typeof createSessions>

/** Use prolongs a session, but never beyond this after the login. */
const maxLifeMs = 30 * 24 * 60 * 60 * 1000
const prolongStepMs = 5 * 60 * 1000
/** With a margin below the second that a revocation may take to be in force on every node. */
const sessionBeliefMs = 800
/** Sessions that ran out are kept so long, to tell "expired" from "never heard of". */
const afterlifeMs = 30 * 24 * 60 * 60 * 1000
const maxCached = 20_000

/** Opaque tokens of 256 random bits; whoever holds one is the identity that logged in. */
export function createSessions({ database, now }: { database: Database; now: () => number }) {
  const cache = createBoundedMap<string, { session: StoredSession; readAt: number }>(maxCached)

  async function find(hash: Buffer): Promise<StoredSession | null> {
    const key = hash.toString('latin1')
    const cached = cache.get(key)
    const readAt = now()
    if (cached !== undefined && readAt - cached.readAt < sessionBeliefMs) return cached.session
    const session = await findSession(database.sql, hash)
    if (session === null) cache.delete(key)
    else cache.set(key, { session, readAt })
    return session
  }

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
      const token = randomBytes(32).toString('base64url')
      const issuedAt = now()
      const expiresAt = issuedAt + terms.lifetimeMs
      await insertSession(sql, {
        ...terms,
        tokenHash: hashOf(token),
        identityId: identity.id,
        issuedAt,
        expiresAt,
        endsAt: issuedAt + maxLifeMs,
      })
      return { token: new Secret(token), openId: identity.openId, expiresAt }
    },

    /** The live session behind a token, prolonged by this use. A session of another app is no session. */
    async verify(token: string, appId: string): Promise<Session> {
      if (!tokenForm.test(token)) throw new HubError('session_invalid', 'the token is malformed')
      const hash = hashOf(token)
      const session = await find(hash)
      if (session === null || session.appId !== appId || session.revokedAt !== null) {
        throw new HubError('session_invalid', 'there is no such session')
      }
      if (session.expiresAt <= now()) throw new HubError('session_expired', 'the session ran out')
      await prolong(hash, session)
      return session
    },

    async revoke(token: string): Promise<void> {
      const hash = hashOf(token)
      await revokeSession(database.sql, hash, now())
      cache.delete(hash.toString('latin1'))
    },

    async revokeAllOfUser(userId: number): Promise<number> {
      const count = await revokeSessionsOfUser(database.sql, userId, now())
      cache.clear()
      return count
    },

    /** Removes sessions that ended long ago, a bounded number at a time. Returns how many. */
    purge: (limit: number): Promise<number> => deleteSessions(database.sql, now() - afterlifeMs, limit),
  }
}

const tokenForm = /^[\w-]{43}$/

function hashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
