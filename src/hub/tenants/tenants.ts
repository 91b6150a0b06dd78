import { type Database, isForeignKeyViolation, isUniqueViolation, type Sql } from '../../database/database.ts'
import { type Actor, systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import { checkName } from '../name.ts'
import {
  deleteTenant,
  findTenant,
  findTenantByName,
  insertTenant,
  insertTenantUnlessThere,
  listTenants,
  type Tenant,
  updateTenantName,
} from './tenants-store.ts'

export const defaultTenantName = 'default'

export type Tenants = ReturnType<typeof createTenants>

/** Companies, or parts of one, that never see each other's users. */
export function createTenants({ database, now }: { database: Database; now: () => number }) {
  function audit(sql: Sql, actor: Actor, action: string, id: number): Promise<void> {
    const entry = { at: now(), actor, action, subject: `tenant:${id}`, tenantId: id, detail: {} }
    return insertAuditEntry(sql, entry)
  }

  return {
    /** The tenant of this name, made if it is not there; the same one for callers at the same moment. */
    async ensure(name: string = defaultTenantName, actor: Actor = systemActor): Promise<Tenant> {
      checkName(name)
      // Looked for first: an insert that finds the name taken uses up an id all the same.
      const there = await findTenantByName(database.sql, name)
      if (there !== null) return there
      await database.transaction(async (sql) => {
        const added = await insertTenantUnlessThere(sql, name, now())
        if (added !== null) await audit(sql, actor, 'tenant.added', added)
      })
      const tenant = await findTenantByName(database.sql, name)
      if (tenant === null) throw new HubError('internal', 'the tenant vanished while it was made')
      return tenant
    },

    find: (id: number): Promise<Tenant | null> => findTenant(database.sql, id),

    /** Up to `limit` tenants with an id above `after`, by id. */
    list: (after = 0, limit = 1000): Promise<Tenant[]> => listTenants(database.sql, after, limit),

    async add(name: string, actor: Actor = systemActor): Promise<Tenant> {
      checkName(name)
      const id = await refuseTakenName(() =>
        database.transaction(async (sql) => {
          const added = await insertTenant(sql, name, now())
          await audit(sql, actor, 'tenant.added', added)
          return added
        }),
      )
      return { id, name }
    },

    async rename(id: number, name: string, actor: Actor = systemActor): Promise<Tenant> {
      checkName(name)
      await refuseTakenName(() =>
        database.transaction(async (sql) => {
          if (!(await updateTenantName(sql, id, name))) throw new HubError('not_found', 'no such tenant')
          await audit(sql, actor, 'tenant.renamed', id)
        }),
      )
      return { id, name }
    },

    /** Refused while apps, users or keys belong to the tenant. */
    async remove(id: number, actor: Actor = systemActor): Promise<void> {
      try {
        await database.transaction(async (sql) => {
          if (!(await deleteTenant(sql, id))) throw new HubError('not_found', 'no such tenant')
          await audit(sql, actor, 'tenant.removed', id)
        })
      } catch (error) {
        if (isForeignKeyViolation(error)) throw new HubError('conflict', 'the tenant is not empty')
        throw error
      }
    },
  }
}

async function refuseTakenName<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error)) throw new HubError('conflict', 'a tenant has this name already')
    throw error
  }
}
