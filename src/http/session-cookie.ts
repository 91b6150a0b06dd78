import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCookie, setCookie } from './cookies.ts'

const name = 'session_token'
/** A cookie outlives its session, so that a page can renew one that has just run out. */
const afterlifeMs = 30 * 24 * 60 * 60 * 1000

/** Gives the browser its session; not to a page of a foreign origin. `lifetimeMs` is the session's. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, lifetimeMs }: { token: string; lifetimeMs: number },
): void {
  const maxAgeS = Math.floor((lifetimeMs + afterlifeMs) / 1000)
  setCookie(request, reply, { name, value: token, maxAgeS })
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, { name, value: '', maxAgeS: 0 })
}

export function readSessionCookie(request: FastifyRequest): string | undefined {
  return readCookie(request, name)
}
