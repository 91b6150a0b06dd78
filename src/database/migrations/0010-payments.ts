import { type Kysely, type SqlBool, sql } from 'kysely'
import { columnTypes } from './column-types.ts'

/** The ledger: what was paid, what is given back, and what keeps a repeated call from giving it twice. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createPayments(db)
  await createRefunds(db)
  await createIdempotencyKeys(db)
  await createBudgets(db)
}

async function createPayments(db: Kysely<unknown>): Promise<void> {
  const { int, withId } = columnTypes(db)
  // No cascade: an app or a merchant with payments stays.
  await withId(db.schema.createTable('payments'))
    .addColumn('mchid', 'text', (c) => c.notNull().references('merchants.mchid'))
    .addColumn('bill_id', 'text', (c) => c.notNull())
    .addColumn('app_id', 'text', (c) => c.notNull().references('apps.app_id'))
    .addColumn('open_id', 'text')
    .addColumn('total', int, (c) => c.notNull())
    .addColumn('description', 'text')
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('transaction_id', 'text')
    .addColumn('paid_at', int)
    .addColumn('reserved', int, (c) => c.notNull().defaultTo(0))
    .addColumn('refunded_elsewhere_at', int)
    .addColumn('checks', int, (c) => c.notNull().defaultTo(0))
    .addColumn('next_check_at', int)
    .addColumn('created_at', int, (c) => c.notNull())
    .addUniqueConstraint('payments_bill', ['mchid', 'bill_id'])
    .execute()
  await db.schema.createIndex('payments_by_bill_id').on('payments').column('bill_id').execute()
  await db.schema.createIndex('payments_by_app_id').on('payments').columns(['app_id', 'id']).execute()
  await createDueIndex(db, 'payments')
}

async function createRefunds(db: Kysely<unknown>): Promise<void> {
  const { int, withId } = columnTypes(db)
  await withId(db.schema.createTable('refunds'))
    .addColumn('payment_id', int, (c) => c.notNull().references('payments.id'))
    .addColumn('out_refund_no', 'text', (c) => c.notNull().unique())
    .addColumn('fee', int, (c) => c.notNull())
    .addColumn('wanted_fee', int, (c) => c.notNull())
    .addColumn('is_keyed', int, (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('budget_key_id', int)
    .addColumn('budget_day', int)
    .addColumn('refund_id', 'text')
    .addColumn('refusal', 'text')
    .addColumn('asked_at', int, (c) => c.notNull())
    .addColumn('asked_before', int)
    .addColumn('lease_until', int, (c) => c.notNull())
    .addColumn('claims', int, (c) => c.notNull().defaultTo(1))
    .addColumn('checks', int, (c) => c.notNull().defaultTo(0))
    .addColumn('next_check_at', int)
    .addColumn('created_at', int, (c) => c.notNull())
    .addColumn('requested_at', int, (c) => c.notNull())
    .addColumn('settled_at', int)
    .execute()
  // For calls without a key: what was asked for like this before.
  await db.schema
    .createIndex('refunds_by_wanted_fee')
    .on('refunds')
    .columns(['payment_id', 'wanted_fee', 'id'])
    .execute()
  await createDueIndex(db, 'refunds')
}

async function createIdempotencyKeys(db: Kysely<unknown>): Promise<void> {
  const { bytes, int, withoutRowid } = columnTypes(db)
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('tenant_id', int, (c) => c.notNull().references('tenants.id'))
    .addColumn('caller', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('fingerprint', bytes, (c) => c.notNull())
    .addColumn('refund_id', int, (c) => c.notNull().references('refunds.id'))
    .addPrimaryKeyConstraint('idempotency_keys_key', ['tenant_id', 'caller', 'key'])
    .modifyEnd(withoutRowid)
    .execute()
}

async function createBudgets(db: Kysely<unknown>): Promise<void> {
  const { int, withoutRowid } = columnTypes(db)
  for (const name of ['refund_limit', 'refund_daily_limit']) {
    await db.schema.alterTable('api_keys').addColumn(name, int).execute()
  }
  await db.schema
    .createTable('refund_budgets')
    .addColumn('key_id', int, (c) => c.notNull())
    .addColumn('day', int, (c) => c.notNull())
    .addColumn('spent', int, (c) => c.notNull())
    .addPrimaryKeyConstraint('refund_budgets_key', ['key_id', 'day'])
    .modifyEnd(withoutRowid)
    .execute()
}

/** Holds what is still to be looked at, and nothing else. */
async function createDueIndex(db: Kysely<unknown>, table: string): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_next_check_at`)
    .on(table)
    .column('next_check_at')
    .where(sql<SqlBool>`next_check_at is not null`)
    .execute()
}
