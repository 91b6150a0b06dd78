import { HubError } from '../errors.ts'
import type { ApiKeyChangeInput, ApiKeyInput } from './api-keys.ts'
import type { ApiKey } from './api-keys-store.ts'
import type { Principal } from './principal.ts'

/** Whether a key can do no more than its beholder: same tenant, apps among the beholder's. */
export function canSeeKey(principal: Principal, { tenantId, apps }: ApiKey): boolean {
  if (principal.tenantId !== null && principal.tenantId !== tenantId) return false
  const { apps: own } = principal
  return own === null || (apps?.every((appId) => own.has(appId)) ?? false)
}

/**
 * What a key may make is never wider than itself. What the input leaves open is filled with the maker's own
 * bounds; throws forbidden where it asks for more.
 */
export function withinBounds(maker: Principal, input: ApiKeyInput): ApiKeyInput {
  return {
    ...input,
    tenantId: boundTenant(maker, input.tenantId ?? null),
    apps: boundApps(maker, input.apps ?? null),
    expiresAt: boundExpiry(maker, input.expiresAt ?? null),
    refundLimitFen: boundLimit(maker, 'refundLimitFen', input.refundLimitFen ?? null),
    refundDailyLimitFen: boundLimit(maker, 'refundDailyLimitFen', input.refundDailyLimitFen ?? null),
  }
}

/** Nor does a change make one that lives longer, or refunds more, than the key that makes it. */
export function changeWithinBounds(maker: Principal, change: ApiKeyChangeInput): ApiKeyChangeInput {
  const bounded = { ...change }
  if (change.expiresAt !== undefined) bounded.expiresAt = boundExpiry(maker, change.expiresAt)
  for (const name of ['refundLimitFen', 'refundDailyLimitFen'] as const) {
    const wanted = change[name]
    if (wanted !== undefined) bounded[name] = boundLimit(maker, name, wanted)
  }
  return bounded
}

function boundTenant({ tenantId }: Principal, wanted: number | null): number | null {
  if (tenantId === null) return wanted
  if (wanted !== null && wanted !== tenantId) throw wider('tenantId')
  return tenantId
}

function boundApps({ apps }: Principal, wanted: string[] | null): string[] | null {
  if (apps === null) return wanted
  if (wanted?.some((appId) => !apps.has(appId))) throw wider('apps')
  return wanted ?? [...apps]
}

function boundExpiry({ expiresAt }: Principal, wanted: number | null): number | null {
  if (expiresAt === null) return wanted
  if (wanted !== null && wanted > expiresAt) throw wider('expiresAt')
  return wanted ?? expiresAt
}

function boundLimit(
  maker: Principal,
  name: 'refundLimitFen' | 'refundDailyLimitFen',
  wanted: number | null,
): number | null {
  const own = maker[name]
  if (own === null) return wanted
  if (wanted !== null && wanted > own) throw wider(name)
  return wanted ?? own
}

function wider(field: string): HubError {
  return new HubError('forbidden', `${field} goes beyond the key that makes this one`)
}
