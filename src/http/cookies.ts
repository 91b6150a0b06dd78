import type { FastifyReply, FastifyRequest } from 'fastify'
import { mayUseCookies } from './origins.ts'

/** For the mount's first path segment alone, below our own URL; not to a page of a foreign origin. An empty value removes it. */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, value, maxAgeS }: { name: string; value: string; maxAgeS: number },
): void {
  if (value !== '' && !mayUseCookies(request)) return
  const { mount, server } = request
  const own = new URL(`${server.ownUrl()}/${mount?.path.split('/')[1] ?? ''}`)
  const secure = own.protocol === 'https:' ? '; Secure' : ''
  const attributes = `Path=${own.pathname}; HttpOnly; SameSite=Lax${secure}`
  reply.header('set-cookie', `${name}=${value}; Max-Age=${maxAgeS}; ${attributes}`)
}

/** Not from a page of a foreign origin. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  const { cookie } = request.headers
  if (cookie === undefined || !mayUseCookies(request)) return undefined
  const prefix = `${name}=`
  const pairs = cookie.split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length)
}
