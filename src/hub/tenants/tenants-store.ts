import type { Sql } from '../../database/database.ts'

export type Tenant = { id: number; name: string }

export async function findTenantByName(sql: Sql, name: string): Promise<Tenant | null> {
  const query = sql.selectFrom('tenants').select(['id', 'name']).where('name', '=', name)
  return (await query.executeTakeFirst()) ?? null
}

/** Nothing happens where the name is taken. */
export async function insertTenant(sql: Sql, name: string, createdAt: number): Promise<void> {
  await sql
    .insertInto('tenants')
    .values({ name, created_at: createdAt })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}
