import type { Actor } from '../audit/actor.ts'
import { HubError } from '../errors.ts'
import type { Scope } from './scopes.ts'

/** Who calls with a key: what it may do, and whose things it may touch (null: everybody's). */
export type Principal = {
  /** The key's id, or `admin` for the instance's own key. */
  id: string
  scopes: ReadonlySet<Scope>
  tenantId: number | null
  apps: ReadonlySet<string> | null
  expiresAt: number | null
  /** In fen: the most that one refund may be, and all of a day; null: no limit. */
  refundLimitFen: number | null
  refundDailyLimitFen: number | null
  /** Where the request came from that brought the key. */
  address: string | null
}

/** How the audit log names the key. */
export function actorOf({ id, address }: Principal): Actor {
  return { name: `key:${id}`, address }
}

/** Throws forbidden unless the key has the scope. */
export function requireScope(principal: Principal, scope: Scope): void {
  if (principal.scopes.has(scope) || principal.scopes.has('admin')) return
  throw new HubError('forbidden', `the key lacks the scope ${scope}`)
}

export function canSeeTenant({ tenantId }: Principal, tenant: number): boolean {
  return tenantId === null || tenantId === tenant
}

/** Whether the key is for this app: of its tenant, and among the apps that it is limited to. */
export function canSeeApp(principal: Principal, app: { appId: string; tenantId: number }): boolean {
  return canSeeTenant(principal, app.tenantId) && (principal.apps?.has(app.appId) ?? true)
}

/** Whether the key is for the whole of this tenant, not just for some of its apps. */
export function isTenantWide(principal: Principal, tenant: number): boolean {
  return canSeeTenant(principal, tenant) && principal.apps === null
}

/** Whether the key is bound to nothing: for what concerns the whole instance. */
export function isInstanceWide({ tenantId, apps }: Principal): boolean {
  return tenantId === null && apps === null
}
