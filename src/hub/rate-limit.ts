import { createBoundedMap } from './bounded-map.ts'
import { HubError } from './errors.ts'

export type RateLimit = ReturnType<typeof createRateLimit>

const maxCallers = 10_000

/**
 * Counts per caller (an address or a key) in windows that begin with the first count. In this process only;
 * loopback addresses are exempt.
 */
export function createRateLimit(options: { max: number; windowMs: number; now: () => number }) {
  const { max, windowMs, now } = options
  const windows = createBoundedMap<string, { count: number; until: number }>(maxCallers)

  function openWindow(caller: string) {
    const window = windows.get(caller)
    return window !== undefined && window.until > now() ? window : null
  }

  function isUsedUp(caller: string): boolean {
    const window = openWindow(subscriber(caller))
    return window !== null && window.count >= max
  }

  /** Throws too_many_requests for a caller that has used its share up. */
  function check(caller: string): void {
    if (isUsedUp(caller)) throw new HubError('too_many_requests', 'too many calls from this caller')
  }

  /** False for callers that are not counted. */
  function count(caller: string): boolean {
    if (isLoopback(caller)) return false
    const key = subscriber(caller)
    const window = openWindow(key)
    if (window === null) windows.set(key, { count: 1, until: now() + windowMs })
    else window.count += 1
    return true
  }

  return {
    isUsedUp,
    check,
    count,
    countOrRefuse(caller: string): void {
      check(caller)
      count(caller)
    },
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

/** An IPv6 subscriber has a /64 at least: all of it counts as one. */
function subscriber(caller: string): string {
  if (!caller.includes(':') || caller.startsWith('::ffff:')) return caller
  const groups = caller.split('::')[0]?.split(':') ?? []
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`
}
