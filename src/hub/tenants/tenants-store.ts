import type { Sql } from '../../database/database.ts'

export type Tenant = { id: number; name: string }

export async function findTenant(sql: Sql, id: number): Promise<Tenant | null> {
  const query = sql.selectFrom('tenants').select(['id', 'name']).where('id', '=', id)
  return (await query.executeTakeFirst()) ?? null
}

export async function findTenantByName(sql: Sql, name: string): Promise<Tenant | null> {
  const query = sql.selectFrom('tenants').select(['id', 'name']).where('name', '=', name)
  return (await query.executeTakeFirst()) ?? null
}

/** Up to `limit` tenants with an id above `after`. */
export async function listTenants(sql: Sql, after: number, limit: number): Promise<Tenant[]> {
  const query = sql.selectFrom('tenants').select(['id', 'name']).where('id', '>', after)
  return query.orderBy('id').limit(limit).execute()
}

export async function insertTenant(sql: Sql, name: string, createdAt: number): Promise<number> {
  const row = await sql
    .insertInto('tenants')
    .values({ name, created_at: createdAt })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Its id; null, and nothing happens, where the name is taken. */
export async function insertTenantUnlessThere(
  sql: Sql,
  name: string,
  createdAt: number,
): Promise<number | null> {
  const row = await sql
    .insertInto('tenants')
    .values({ name, created_at: createdAt })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

export async function updateTenantName(sql: Sql, id: number, name: string): Promise<boolean> {
  const result = await sql.updateTable('tenants').set({ name }).where('id', '=', id).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function deleteTenant(sql: Sql, id: number): Promise<boolean> {
  const result = await sql.deleteFrom('tenants').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}
