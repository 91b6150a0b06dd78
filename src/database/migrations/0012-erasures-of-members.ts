import { type Kysely, type SqlBool, sql } from 'kysely'
import { columnTypes } from './column-types.ts'

/** Erasures of members whom no user is bound to, and what else outlived an erasure. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await letErasuresNameMembers(db)
  await addToldSubscriptions(db)
  await indexPersonKeys(db)
  await nameWhoRevoked(db)
  const { int } = columnTypes(db)
  await db.schema.alterTable('payments').addColumn('payer_erased_at', int).execute()
}

/** `user_id` or `member_id`. SQLite takes a constraint away with the table only. */
async function letErasuresNameMembers(db: Kysely<unknown>): Promise<void> {
  const { int, isPostgres, withId } = columnTypes(db)
  const members = 'members.id'
  if (isPostgres) {
    await db.schema
      .alterTable('erasures')
      .alterColumn('user_id', (c) => c.dropNotNull())
      .execute()
    await db.schema
      .alterTable('erasures')
      .addColumn('member_id', int, (c) => c.unique().references(members))
      .execute()
    return
  }
  await withId(db.schema.createTable('erasures_next'))
    .addColumn('user_id', int, (c) => c.unique().references('users.id'))
    .addColumn('member_id', int, (c) => c.unique().references(members))
    .addColumn('tenant_id', int, (c) => c.notNull())
    .addColumn('receipt_id', 'text', (c) => c.notNull().unique())
    .addColumn('erased_at', int, (c) => c.notNull())
    .addColumn('keys_backup_lapses_at', int, (c) => c.notNull())
    .addColumn('keys_to_destroy', 'text')
    .execute()
  const columns = sql.raw(
    'id, user_id, tenant_id, receipt_id, erased_at, keys_backup_lapses_at, keys_to_destroy',
  )
  await sql`insert into erasures_next (${columns}) select ${columns} from erasures`.execute(db)
  await db.schema.dropTable('erasures').execute()
  await db.schema.alterTable('erasures_next').renameTo('erasures').execute()
  await db.schema
    .createIndex('erasures_unfinished')
    .on('erasures')
    .column('id')
    .where(sql<SqlBool>`keys_to_destroy is not null`)
    .execute()
}

/** Who follows an account, of those who never logged in and whose messages are too old to be kept. */
async function addToldSubscriptions(db: Kysely<unknown>): Promise<void> {
  const { int, withoutRowid } = columnTypes(db)
  await db.schema
    .createTable('told_subscriptions')
    .addColumn('app_id', 'text', (c) => c.notNull().references('apps.app_id').onDelete('cascade'))
    .addColumn('open_id', 'text', (c) => c.notNull())
    .addColumn('subscribed_at', int, (c) => c.notNull())
    .addPrimaryKeyConstraint('told_subscriptions_key', ['app_id', 'open_id'])
    .modifyEnd(withoutRowid)
    .execute()
}

/** For the job that destroys the keys which no row names. */
async function indexPersonKeys(db: Kysely<unknown>): Promise<void> {
  for (const table of ['users', 'members']) {
    await db.schema
      .createIndex(`${table}_by_person_key`)
      .on(table)
      .column('person_key')
      .where(sql<SqlBool>`person_key is not null`)
      .execute()
  }
}

/** Such a message is pushed in the name of a service: it belongs to whom it tells of. */
async function nameWhoRevoked(db: Kysely<unknown>): Promise<void> {
  const { isPostgres } = columnTypes(db)
  const revoked = isPostgres
    ? sql`content::json ->> 'revokedOpenId'`
    : sql`json_extract(content, '$.revokedOpenId')`
  await sql`update messages set open_id = ${revoked}
    where event = 'user_authorization_revoke' and length(${revoked}) between 1 and 64`.execute(db)
}
