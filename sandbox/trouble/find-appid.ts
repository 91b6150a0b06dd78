import type { SandboxRequest } from '../http/request.ts'
import type { World } from '../world.ts'

/** The app that a call is about: named in the query or the JSON body, or the owner of its access token. */
export function findAppid({ tokens }: Pick<World, 'tokens'>, { query, body }: SandboxRequest): string | null {
  const token = query.get('access_token')
  return query.get('appid') ?? readAppid(body) ?? (token === null ? null : tokens.findAppid(token))
}

function readAppid(body: string): string | null {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || !('appid' in value)) return null
    return typeof value.appid === 'string' ? value.appid : null
  } catch {
    return null
  }
}
