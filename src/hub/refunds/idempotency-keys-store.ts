import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'

/** A key of a caller (an API key, or a mount whose network is trusted) in a tenant. */
export type IdempotencyKey = { tenantId: number; caller: string; key: string }

type Known = { refundId: number; fingerprint: Buffer }

export async function findIdempotencyKey(sql: Sql, name: IdempotencyKey): Promise<Known | null> {
  const [row] = await findStatement(sql, name)
  return row === undefined ? null : { refundId: row.refund_id, fingerprint: Buffer.from(row.fingerprint) }
}

const findStatement = createStatement<IdempotencyKey>()((sql, param) =>
  sql
    .selectFrom('idempotency_keys')
    .select(['refund_id', 'fingerprint'])
    .where('tenant_id', '=', param('tenantId'))
    .where('caller', '=', param('caller'))
    .where('key', '=', param('key')),
)

/** Fails where the key is there already: another call brought it at this moment. */
export async function insertIdempotencyKey(sql: Sql, name: IdempotencyKey, known: Known): Promise<void> {
  await insertStatement(sql, { ...name, ...known })
}

const insertStatement = createStatement<IdempotencyKey & Known>()((sql, param) =>
  sql.insertInto('idempotency_keys').values({
    tenant_id: param('tenantId'),
    caller: param('caller'),
    key: param('key'),
    fingerprint: param('fingerprint'),
    refund_id: param('refundId'),
  }),
)

/** After a closed refund its key means the one that takes its place. */
export async function updateIdempotencyKey(sql: Sql, name: IdempotencyKey, refundId: number): Promise<void> {
  await sql
    .updateTable('idempotency_keys')
    .set({ refund_id: refundId })
    .where('tenant_id', '=', name.tenantId)
    .where('caller', '=', name.caller)
    .where('key', '=', name.key)
    .execute()
}
