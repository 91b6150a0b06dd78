/** What a key may be allowed to do. `admin` is all of it, and the only one that can make keys and tenants. */
export const scopes = [
  'admin',
  'apps',
  'tokens:read',
  'sessions:verify',
  'users:read',
  'users:write',
  'codes:write',
  'members:read',
  'members:write',
  'members:reveal',
  'payments',
  'refunds:write',
  'messages:read',
  'webhooks',
  'privacy',
  'audit:read',
] as const

export type Scope = (typeof scopes)[number]
