import type { FastifyReply, FastifyRequest } from 'fastify'
import { mayUseCookies } from './origins.ts'

const name = 'session_token'
/** A cookie outlives its session, so that a page can renew one that has just run out. */
const afterlifeMs = 30 * 24 * 60 * 60 * 1000

/** Gives the browser its session; not to a page of a foreign origin. `lifetimeMs` is the session's. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  session: { token: string; lifetimeMs: number },
): void {
  if (!mayUseCookies(request)) return
  const maxAgeS = Math.floor((session.lifetimeMs + afterlifeMs) / 1000)
  reply.header('set-cookie', `${name}=${session.token}; Max-Age=${maxAgeS}; ${attributes(request)}`)
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', `${name}=; Max-Age=0; ${attributes(request)}`)
}

export function readSessionCookie(request: FastifyRequest): string | undefined {
  const { cookie } = request.headers
  if (cookie === undefined || !mayUseCookies(request)) return undefined
  return /(?:^|; *)session_token=([^;]*)/.exec(cookie)?.[1]?.trim()
}

function attributes({ mount, server }: FastifyRequest): string {
  const path = `/${mount?.path.split('/')[1] ?? ''}`
  const secure = server.ownOrigin().startsWith('https:') ? '; Secure' : ''
  return `Path=${path}; HttpOnly; SameSite=Lax${secure}`
}
