import { Agent } from 'undici'
import { createLookups, type Resolve } from './lookups.ts'
import { createPinnedConnector } from './pinned-connector.ts'
import { readStatus, type TargetAnswer } from './read-status.ts'
import { createTargetPolicy, type OwnPlaces } from './target-policy.ts'
import type { TargetRule } from './target-rules.ts'
import { Unreachable } from './unreachable.ts'

export type TargetRequest = { url: string; headers: Record<string, string>; body: string }

export type OutboundTimeouts = { connectMs: number; totalMs: number }

export const outboundTimeouts: OutboundTimeouts = { connectMs: 5000, totalMs: 15_000 }

export type Outbound = ReturnType<typeof createOutbound>

type Deps = {
  rules: readonly TargetRule[]
  own: OwnPlaces
  resolve?: Resolve
  timeouts?: OutboundTimeouts
}

/** POSTs to targets that others chose. */
export function createOutbound({ rules, own, resolve, timeouts = outboundTimeouts }: Deps) {
  const policy = createTargetPolicy({ rules, own })
  const connect = createPinnedConnector({
    policy,
    resolve: createLookups(resolve),
    timeoutMs: timeouts.connectMs,
  })
  // As many connections as there are requests: their number is bounded where they are made.
  const agent = new Agent({ connect, pipelining: 1, allowH2: false })

  return {
    /** Throws bad_request for a URL that can be no target. */
    checkUrl: (url: string): void => void policy.parse(url),

    /** Follows no redirect. Throws `Unreachable` where no answer came. */
    async post({ url, headers, body }: TargetRequest, signal: AbortSignal): Promise<TargetAnswer> {
      const target = parseAgain(policy, url)
      const request = { origin: target.origin, path: target.pathname + target.search, headers, body }
      return readStatus(agent, { ...request, method: 'POST' }, { totalMs: timeouts.totalMs, signal })
    },

    close: () => agent.destroy(),
  }
}

/** Rules and the hub's own address may have changed since the URL was stored. */
function parseAgain(policy: ReturnType<typeof createTargetPolicy>, url: string): URL {
  try {
    return policy.parse(url)
  } catch (error) {
    throw new Unreachable('address_refused', { cause: error })
  }
}
