import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { buildConnector } from 'undici'
import type { Resolve } from './lookups.ts'
import type { TargetPolicy } from './target-policy.ts'
import { Unreachable } from './unreachable.ts'

type Deps = { policy: Pick<TargetPolicy, 'permits'>; resolve: Resolve; timeoutMs: number }

/**
 * Connects to no address that was not checked: the name is asked for once, every address of the answer must be
 * permitted, and the connection is made to these addresses. A second answer of DNS is never asked for.
 */
export function createPinnedConnector({ policy, resolve, timeoutMs }: Deps): buildConnector.connector {
  return (options, callback) => {
    const host = options.hostname.replace(/\.$/, '')
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
    if (isIP(host) !== 0 && !policy.permits(host, host, port)) {
      queueMicrotask(() => callback(new Unreachable('address_refused'), null))
      return
    }

    const lookup: LookupFunction = (_hostname, lookupOptions, found) => {
      resolve(host).then(
        (addresses) => {
          const [first] = addresses
          const isGood = addresses.every(({ address }) => policy.permits(host, address, port))
          if (first === undefined || !isGood) found(new Unreachable('address_refused'), '')
          else if (lookupOptions.all) found(null, addresses)
          else found(null, first.address, first.family)
        },
        (error) => found(error, ''),
      )
    }
    // No session of a former connection, no HTTP/2: each connection stands for itself.
    const connect = buildConnector({ timeout: timeoutMs, allowH2: false, maxCachedSessions: 0, lookup })
    connect(options, callback)
  }
}
