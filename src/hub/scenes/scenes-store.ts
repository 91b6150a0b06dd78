import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'

export type StoredScene = { appId: string; scene: string; createdAt: number }

/** Keeps the row that is there: the same id is the same scene of the same app. */
export async function insertScene(
  sql: Sql,
  id: Buffer,
  { appId, scene, createdAt }: StoredScene,
): Promise<void> {
  await sql
    .insertInto('scenes')
    .values({ id, app_id: appId, scene, created_at: createdAt })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

export async function findScene(sql: Sql, id: Buffer): Promise<StoredScene | null> {
  const [row] = await selectScene(sql, { id })
  return row === undefined ? null : { appId: row.app_id, scene: row.scene, createdAt: row.created_at }
}

const selectScene = createStatement<{ id: Buffer }>()((sql, param) =>
  sql.selectFrom('scenes').select(['app_id', 'scene', 'created_at']).where('id', '=', param('id')),
)
