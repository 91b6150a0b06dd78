import type { IncomingMessage } from 'node:http'
import { caselessContracts, type Mount } from '../hub/mounts/mount.ts'

declare module 'node:http' {
  interface IncomingMessage {
    /** The mount that the URL was rewritten for. */
    [mountKey]?: Mount
  }
}

const mountKey = Symbol('mount')

export type MountRouting = ReturnType<typeof createMountRouting>

/**
 * Contracts are registered once under an inner prefix (`/@commcn`); a request below a mount's base path is
 * rewritten to it, so that mounts can come and go while the hub runs.
 */
export function createMountRouting(match: (path: string) => Mount | null) {
  return {
    rewriteUrl(request: IncomingMessage): string {
      const url = request.url ?? '/'
      // The inner prefixes are not for callers.
      if (url.startsWith('/@')) return `/@direct${url}`
      const end = url.indexOf('?')
      const path = end === -1 ? url : url.slice(0, end)
      const mount = match(path)
      if (mount === null) return url
      request[mountKey] = mount
      const rest = path.slice(mount.path.length)
      const lowered = caselessContracts.has(mount.contract) ? rest.toLowerCase() : rest
      return `${innerPrefix(mount.contract)}${lowered}${url.slice(path.length)}`
    },

    mountOf: (request: IncomingMessage): Mount | null => request[mountKey] ?? null,
  }
}

export function innerPrefix(contract: string): string {
  return `/@${contract}`
}
