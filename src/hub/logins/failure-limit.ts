import { createBoundedMap } from '../bounded-map.ts'
import { HubError } from '../errors.ts'

export type FailureLimit = ReturnType<typeof createFailureLimit>

const maxAddresses = 10_000

/** Counts failures per caller's address, in windows of a minute that begin with the first failure. */
export function createFailureLimit(options: { max: number; windowMs: number; now: () => number }) {
  const { max, windowMs, now } = options
  const windows = createBoundedMap<string, { count: number; until: number }>(maxAddresses)

  function openWindow(address: string) {
    const window = windows.get(address)
    return window !== undefined && window.until > now() ? window : null
  }

  return {
    /** Throws too_many_requests for an address that has used its failures up. */
    check(address: string): void {
      const window = openWindow(subscriber(address))
      if (window !== null && window.count >= max) {
        throw new HubError('too_many_requests', 'too many failed code exchanges from this address')
      }
    },

    count(address: string): void {
      if (isLoopback(address)) return
      const key = subscriber(address)
      const window = openWindow(key)
      if (window === null) windows.set(key, { count: 1, until: now() + windowMs })
      else window.count += 1
    },
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

/** An IPv6 subscriber has a /64 at least: all of it counts as one. */
function subscriber(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const groups = address.split('::')[0]?.split(':') ?? []
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`
}
