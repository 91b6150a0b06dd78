import type { Sql } from '../../database/database.ts'
import { contracts, type Mount, type MountOptions } from './mount.ts'

export type NewMount = Omit<Mount, 'id'> & { createdAt: number }

export async function listMounts(sql: Sql): Promise<Mount[]> {
  const rows = await sql.selectFrom('mounts').selectAll().orderBy('id').execute()
  return rows.map((row) => {
    const contract = contracts.find((known) => known === row.contract)
    if (contract === undefined) throw new Error(`the database names a contract "${row.contract}"`)
    return {
      id: row.id,
      contract,
      path: row.path,
      appId: row.app_id,
      officialAppId: row.official_app_id,
      options: JSON.parse(row.options) as MountOptions, // written after parseMountOptions
    }
  })
}

export async function insertMount(sql: Sql, mount: NewMount): Promise<number> {
  const row = await sql
    .insertInto('mounts')
    .values({
      contract: mount.contract,
      path: mount.path,
      app_id: mount.appId,
      official_app_id: mount.officialAppId,
      options: JSON.stringify(mount.options),
      created_at: mount.createdAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

export async function updateMountOptions(sql: Sql, id: number, options: MountOptions): Promise<boolean> {
  const result = await sql
    .updateTable('mounts')
    .set({ options: JSON.stringify(options) })
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Whether a contract was once mounted at its default path by itself, even if it was removed since. */
export async function hasDefaultMark(sql: Sql, contract: string): Promise<boolean> {
  const query = sql.selectFrom('settings').select('name').where('name', '=', markName(contract))
  return (await query.executeTakeFirst()) !== undefined
}

/** False where the mark is there already. */
export async function insertDefaultMark(sql: Sql, contract: string): Promise<boolean> {
  const result = await sql
    .insertInto('settings')
    .values({ name: markName(contract), value: 'made' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

function markName(contract: string): string {
  return `default_mount:${contract}`
}

export async function deleteMount(sql: Sql, id: number): Promise<boolean> {
  const result = await sql.deleteFrom('mounts').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}
