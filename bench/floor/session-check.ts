import { appId, database, sha256 } from './app.ts'

export type LiveSession = {
  identityId: number
  openId: string
  unionId: string | null
  userId: number
  expiresAt: number
}

const find = database.prepare(`
  select s.identity_id, s.lifetime_ms, s.expires_at, s.ends_at, s.revoked_at, i.app_id, i.open_id, i.user_id, u.union_id
  from sessions s join identities i on i.id = s.identity_id join users u on u.id = i.user_id
  where s.token_hash = ?`)
const prolong = database.prepare('update sessions set expires_at = ? where token_hash = ? and expires_at < ?')
const prolongStepMs = 5 * 60 * 1000

/** The session behind a token, prolonged by this use; null for one that does not live. */
export function checkSession(token: string): LiveSession | null {
  const tokenHash = sha256(token)
  const row = find.get(tokenHash)
  const now = Date.now()
  if (row === undefined || row.revoked_at !== null || row.app_id !== appId) return null
  if (Number(row.expires_at) <= now) return null
  const expiresAt = Math.min(now + Number(row.lifetime_ms), Number(row.ends_at))
  if (expiresAt - Number(row.expires_at) >= prolongStepMs) prolong.run(expiresAt, tokenHash, expiresAt)
  const unionId = row.union_id === null ? null : String(row.union_id)
  return {
    identityId: Number(row.identity_id),
    openId: String(row.open_id),
    unionId,
    userId: Number(row.user_id),
    expiresAt: Number(row.expires_at),
  }
}
