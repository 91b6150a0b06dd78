import type { Kysely } from 'kysely'
import { createStatement } from '../statement.ts'
import type { PersonKeyTables } from './person-key-tables.ts'

type Sql = Kysely<PersonKeyTables>

export type PersonKeyRow = { id: Uint8Array; masterKeyId: string; sealed: Uint8Array }

/** Four values each: the engines take 32,766 and 65,535 in one statement. */
const rowsAStatement = 500

export async function insertPersonKeys(
  sql: Sql,
  rows: readonly PersonKeyRow[],
  createdAt: number,
): Promise<void> {
  const values = rows.map(({ id, masterKeyId, sealed }) => ({
    id,
    master_key_id: masterKeyId,
    sealed,
    created_at: createdAt,
  }))
  for (let from = 0; from < values.length; from += rowsAStatement) {
    await sql
      .insertInto('person_keys')
      .values(values.slice(from, from + rowsAStatement))
      .execute()
  }
}

export async function findPersonKey(sql: Sql, id: Uint8Array): Promise<PersonKeyRow | null> {
  const [row] = await findStatement(sql, { id })
  return row === undefined ? null : toRow(row)
}

const findStatement = createStatement<{ id: Uint8Array }, PersonKeyTables>()((sql, param) =>
  sql.selectFrom('person_keys').select(['id', 'master_key_id', 'sealed']).where('id', '=', param('id')),
)

export async function listPersonKeys(sql: Sql, ids: readonly Uint8Array[]): Promise<PersonKeyRow[]> {
  const query = sql.selectFrom('person_keys').select(['id', 'master_key_id', 'sealed'])
  return (await query.where('id', 'in', [...ids]).execute()).map(toRow)
}

export async function deletePersonKeys(sql: Sql, ids: readonly Uint8Array[]): Promise<void> {
  await sql
    .deleteFrom('person_keys')
    .where('id', 'in', [...ids])
    .execute()
  await sql
    .updateTable('person_key_store')
    .set((value) => ({ destructions: value('destructions', '+', 1) }))
    .execute()
}

/** Grows whenever keys are destroyed. */
export async function countDestructions(sql: Sql): Promise<number> {
  const [row] = await countStatement(sql, {})
  return row?.destructions ?? 0
}

const countStatement = createStatement<object, PersonKeyTables>()((sql) =>
  sql.selectFrom('person_key_store').select('destructions'),
)

/** In the order of ids, those behind `after` that were made before `before`. */
export async function listOldPersonKeys(
  sql: Sql,
  { after, before, limit }: { after: Uint8Array; before: number; limit: number },
): Promise<Uint8Array[]> {
  const query = sql.selectFrom('person_keys').select('id').where('id', '>', after)
  const rows = await query.where('created_at', '<', before).orderBy('id').limit(limit).execute()
  return rows.map(({ id }) => id)
}

/** In the order of ids, those behind `after` that another master key sealed. */
export async function listKeysToRotate(
  sql: Sql,
  { masterKeyId, after, limit }: { masterKeyId: string; after: Uint8Array; limit: number },
): Promise<PersonKeyRow[]> {
  const rows = await sql
    .selectFrom('person_keys')
    .select(['id', 'master_key_id', 'sealed'])
    .where('id', '>', after)
    .where('master_key_id', '!=', masterKeyId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toRow)
}

/** Changes nothing where the key was destroyed meanwhile. */
export async function updatePersonKey(sql: Sql, { id, masterKeyId, sealed }: PersonKeyRow): Promise<void> {
  await sql
    .updateTable('person_keys')
    .set({ master_key_id: masterKeyId, sealed })
    .where('id', '=', id)
    .execute()
}

function toRow(row: { id: Uint8Array; master_key_id: string; sealed: Uint8Array }): PersonKeyRow {
  return { id: row.id, masterKeyId: row.master_key_id, sealed: row.sealed }
}
