import type { FastifyRequest } from 'fastify'
import { isTrustedCaller } from '../../http/trusted-network.ts'
import { actorOf } from '../../hub/api-keys/principal.ts'
import type { Actor } from '../../hub/audit/actor.ts'
import type { Reveal } from '../../hub/buyers/buyers.ts'
import { HubError } from '../../hub/errors.ts'
import { buyerBody, idQuery, memberBody, openIdQuery } from './schemas.ts'

const names = [idQuery, openIdQuery, buyerBody, memberBody].flatMap(({ properties }) =>
  Object.keys(properties),
)
const nameByLowerCase = new Map(names.map((name) => [name.toLowerCase(), name]))

/** Case makes no difference in names either: the original reads `OpenId` like `openId`, in queries and in bodies. */
export async function takeAnyCase({ query, body }: FastifyRequest): Promise<void> {
  for (const values of [query, body]) {
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) renameFields(values)
  }
}

function renameFields(values: object): void {
  for (const [given, value] of Object.entries(values)) {
    const name = nameByLowerCase.get(given.toLowerCase()) ?? given
    if (name === given) continue
    if (Object.hasOwn(values, name)) throw new HubError('bad_request', `${name} stands there twice`)
    Reflect.set(values, name, value)
    Reflect.deleteProperty(values, given)
  }
}

/** In bodies of this contract `""` and null mean that nothing was given. */
export async function dropEmpty(request: FastifyRequest): Promise<void> {
  const { body } = request
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return
  for (const [name, value] of Object.entries(body)) {
    if (value === '' || value === null) Reflect.deleteProperty(body, name)
  }
}

/** Who calls: a key, or somebody in a trusted network. */
export function callerOf({ principal, ip }: FastifyRequest): Actor {
  return principal === null ? { name: 'trusted-network', address: ip } : actorOf(principal)
}

/** Whether the caller reads phone numbers in plain, and then as whom. */
export function revealFor(request: FastifyRequest, call: string): Reveal {
  const { principal, mount } = request
  const mayReveal =
    principal === null
      ? mount?.options.revealToTrustedNetworks === true && isTrustedCaller(request)
      : principal.scopes.has('members:reveal') || principal.scopes.has('admin')
  return mayReveal ? { actor: callerOf(request), purpose: `buyer ${call}` } : null
}
