import type { Database } from '../../database/database.ts'
import { HubError } from '../errors.ts'
import { findTenantByName, insertTenant, type Tenant } from './tenants-store.ts'

export const defaultTenantName = 'default'

export type Tenants = ReturnType<typeof createTenants>

/** Companies, or parts of one, that never see each other's users. */
export function createTenants({ database, now }: { database: Database; now: () => number }) {
  return {
    /** The tenant of this name, made if it is not there; the same one for callers at the same moment. */
    async ensure(name: string = defaultTenantName): Promise<Tenant> {
      if (!/^\S(.{0,62}\S)?$/u.test(name)) {
        throw new HubError('bad_request', 'a tenant name has 1 to 64 characters')
      }
      await insertTenant(database.sql, name, now())
      const tenant = await findTenantByName(database.sql, name)
      if (tenant === null) throw new HubError('internal', 'the tenant vanished while it was made')
      return tenant
    },
  }
}
