import type { Kysely } from 'kysely'

/** In whose order users are listed: a page is as quick for a small tenant or app beside a large one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('users_by_tenant_id_id').on('users').columns(['tenant_id', 'id']).execute()
  await db.schema
    .createIndex('identities_by_app_id_user_id')
    .on('identities')
    .columns(['app_id', 'user_id'])
    .execute()
}
