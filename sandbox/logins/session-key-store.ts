import type { Clock } from '../clock.ts'
import { createSessionKey } from '../marked-secrets.ts'
import type { RandomBytes } from '../random-bytes.ts'
import type { Rules } from '../rules.ts'

type Session = { sessionKey: string; createdAt: number; expiresAt: number }

export type SessionKeyStore = ReturnType<typeof createSessionKeyStore>

/** The one valid session_key of each user in each mini program. */
export function createSessionKeyStore(deps: { clock: Clock; rules: Rules; random: RandomBytes }) {
  const { clock, rules, random } = deps
  const sessions = new Map<string, Session>()

  function find(appid: string, openid: string): Session | null {
    const session = sessions.get(`${appid} ${openid}`)
    return session !== undefined && session.expiresAt > clock.now() ? session : null
  }

  return {
    find,
    /** wx.login makes a new key and ends the old one, unless that is younger than the minimum. */
    renew(appid: string, openid: string): string {
      const now = clock.now()
      const session = find(appid, openid)
      if (session !== null && now - session.createdAt < rules.sessionKeyMinMs) return session.sessionKey
      const sessionKey = createSessionKey(random)
      const expiresAt = now + rules.sessionKeyLifetimeMs
      sessions.set(`${appid} ${openid}`, { sessionKey, createdAt: now, expiresAt })
      return sessionKey
    },
    /** A new key that ends when the old one would have ended. */
    reset(session: Session): string {
      session.sessionKey = createSessionKey(random)
      return session.sessionKey
    },
  }
}
