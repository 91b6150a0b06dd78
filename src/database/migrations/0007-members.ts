import { type Kysely, type SqlBool, sql } from 'kysely'
import { columnTypes } from './column-types.ts'

/** Members, whom identities are bound to, and personal data sealed under a key per person. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addMembers(db)
  await addBindings(db)
  await addKeysOfUsers(db)
}

async function addMembers(db: Kysely<unknown>): Promise<void> {
  const { bytes, int, withId } = columnTypes(db)
  await withId(db.schema.createTable('members'))
    .addColumn('tenant_id', int, (c) => c.notNull().references('tenants.id'))
    .addColumn('number', 'text')
    .addColumn('card_state', 'text', (c) => c.notNull())
    .addColumn('person_key', bytes)
    .addColumn('personal', bytes)
    .addColumn('phone_hash', bytes)
    .addColumn('id_card_hash', bytes)
    .addColumn('created_at', int, (c) => c.notNull())
    .addColumn('updated_at', int, (c) => c.notNull())
    .execute()
  for (const column of ['number', 'phone_hash', 'id_card_hash']) {
    await db.schema
      .createIndex(`members_by_${column}`)
      .on('members')
      .columns(['tenant_id', column])
      .unique()
      .where(sql<SqlBool>`${sql.ref(column)} is not null`)
      .execute()
  }
  await db.schema.createIndex('members_by_tenant_id').on('members').columns(['tenant_id', 'id']).execute()
}

async function addBindings(db: Kysely<unknown>): Promise<void> {
  const { int, withId } = columnTypes(db)
  await db.schema
    .alterTable('identities')
    .addColumn('member_id', int, (c) => c.references('members.id'))
    .execute()
  // One identity of an app for each member; by the member first, since those are looked for without the app too.
  await db.schema
    .createIndex('identities_by_member_id')
    .on('identities')
    .columns(['member_id', 'app_id'])
    .unique()
    .where(sql<SqlBool>`member_id is not null`)
    .execute()
  await withId(db.schema.createTable('member_bindings'))
    .addColumn('member_id', int, (c) => c.notNull().references('members.id'))
    .addColumn('identity_id', int, (c) => c.notNull().references('identities.id'))
    .addColumn('bound_at', int, (c) => c.notNull())
    .addColumn('bound_by', 'text', (c) => c.notNull())
    .addColumn('unbound_at', int)
    .addColumn('unbound_by', 'text')
    .execute()
  await db.schema
    .createIndex('member_bindings_by_member_id')
    .on('member_bindings')
    .column('member_id')
    .execute()
  await db.schema
    .createIndex('member_bindings_by_identity_id')
    .on('member_bindings')
    .column('identity_id')
    .execute()
}

async function addKeysOfUsers(db: Kysely<unknown>): Promise<void> {
  const { bytes, int } = columnTypes(db)
  await db.schema.alterTable('users').addColumn('person_key', bytes).execute()
  await db.schema
    .alterTable('users')
    .addColumn('phone_from', int, (c) => c.references('users.id'))
    .execute()
  // Those whose phone numbers are still sealed under a data key.
  await db.schema
    .createIndex('users_by_phone_to_reseal')
    .on('users')
    .column('id')
    .where(sql<SqlBool>`person_key is null and (unverified_phone is not null or verified_phone is not null)`)
    .execute()
}
