import type { Database, Sql } from '../../database/database.ts'
import { Secret } from '../../secret.ts'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import {
  type ChainLink,
  insertRenewed,
  lockChain,
  markReplaced,
  revokeChain,
  updateFurtherSessions,
} from './chains-store.ts'
import { maxChainMs, maxLifeMs } from './lifetimes.ts'
import type { IssuedSession } from './sessions.ts'
import { hashToken, makeToken } from './token.ts'

/** `graceMs`: how long after its end a session can still be exchanged. */
export type RenewalTerms = { appId: string; contract: string; graceMs: number }

/** Within this a token that was exchanged may come again: a client that asked twice is no thief. */
const repeatMs = 10_000
const maxFurther = 3

export type Renewal = IssuedSession | 'refused' | 'chain_revoked'

/**
 * Exchanges a session for a new one of the same chain, or refuses where there is none to exchange. A token that
 * comes back long after its exchange is in two hands, and the chain is revoked: nobody can tell whose.
 * `askedAt` is when the request came, so that waiting for a lock makes nobody a thief.
 */
export async function renewSession(
  database: Database,
  token: string,
  { appId, contract, graceMs, askedAt }: RenewalTerms & { askedAt: number },
): Promise<Renewal> {
  const tokenHash = hashToken(token)
  return database.transaction(async (sql) => {
    const link = await lockChain(database, sql, tokenHash)
    if (link === null || link.appId !== appId || link.contract !== contract) return 'refused'
    if (link.revokedAt !== null) return 'refused'
    if (link.replacedAt !== null && askedAt - link.replacedAt > repeatMs) {
      await revokeStolen(sql, link, askedAt)
      return 'chain_revoked'
    }
    const isOver = askedAt - link.chainStartedAt >= maxChainMs || askedAt - link.expiresAt >= graceMs
    if (isOver) return 'refused'
    if (link.replacedAt === null) await markReplaced(sql, tokenHash, askedAt)
    else if (link.furtherSessions >= maxFurther) return 'refused'
    else await updateFurtherSessions(sql, tokenHash, link.furtherSessions + 1)
    return issueNext(sql, link, askedAt)
  })
}

async function issueNext(sql: Sql, link: ChainLink, issuedAt: number): Promise<IssuedSession> {
  const { chainId, chainStartedAt, identityId, contract, lifetimeMs, openId } = link
  const token = makeToken()
  const endsAt = Math.min(issuedAt + maxLifeMs, chainStartedAt + maxChainMs)
  const expiresAt = Math.min(issuedAt + lifetimeMs, endsAt)
  const tokenHash = hashToken(token)
  const times = { lifetimeMs, issuedAt, expiresAt, endsAt }
  await insertRenewed(sql, { tokenHash, chainId, chainStartedAt, identityId, contract, ...times })
  return { token: new Secret(token), openId, expiresAt }
}

async function revokeStolen(sql: Sql, link: ChainLink, at: number): Promise<void> {
  const { identityId, contract, chainStartedAt } = link
  const sessions = await revokeChain(sql, link, at)
  const detail = { cause: 'an exchanged token came back', contract, chainStartedAt, sessions }
  await insertAuditEntry(sql, {
    at,
    actor: systemActor,
    action: 'session.chain_revoked',
    subject: `identity:${identityId}`,
    tenantId: link.tenantId,
    detail,
  })
}
