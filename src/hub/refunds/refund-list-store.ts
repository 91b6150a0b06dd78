import type { Sql } from '../../database/database.ts'
import type { Reach } from '../users/search-users.ts'
import type { Refund, RefundState } from './refund.ts'
import { type RefundRow, toRefund } from './refunds-store.ts'

/** With what of its payment its readers want to know. */
export type ListedRefund = Refund & { billId: string; appId: string; mchid: string; total: number }

export type RefundQuery = {
  billId?: string | undefined
  appId?: string | undefined
  state?: RefundState | undefined
  before: number | null
  limit: number
}

/** By id, the newest first. */
export async function listRefunds(sql: Sql, reach: Reach, wanted: RefundQuery): Promise<ListedRefund[]> {
  const { billId, appId, state, before, limit } = wanted
  let query = withinReach(sql, reach)
  if (billId !== undefined) query = query.where('p.bill_id', '=', billId)
  if (appId !== undefined) query = query.where('p.app_id', '=', appId)
  if (state !== undefined) query = query.where('r.state', '=', state)
  if (before !== null) query = query.where('r.id', '<', before)
  const rows = await query.orderBy('r.id', 'desc').limit(limit).execute()
  return rows.map(toListed)
}

export async function findListedRefund(sql: Sql, reach: Reach, id: number): Promise<ListedRefund | null> {
  const row = await withinReach(sql, reach).where('r.id', '=', id).executeTakeFirst()
  return row === undefined ? null : toListed(row)
}

function withinReach(sql: Sql, { tenantId, apps }: Reach) {
  let query = sql
    .selectFrom('refunds as r')
    .innerJoin('payments as p', 'p.id', 'r.payment_id')
    .selectAll('r')
    .select(['p.bill_id', 'p.app_id', 'p.mchid', 'p.total'])
  if (apps !== null) query = query.where('p.app_id', 'in', [...apps])
  if (tenantId !== null) {
    const ofTenant = sql.selectFrom('apps').select('app_id').where('tenant_id', '=', tenantId)
    query = query.where('p.app_id', 'in', ofTenant)
  }
  return query
}

type ListedRow = RefundRow & { bill_id: string; app_id: string; mchid: string; total: number }

function toListed(row: ListedRow): ListedRefund {
  const { bill_id: billId, app_id: appId, mchid, total } = row
  return { ...toRefund(row), billId, appId, mchid, total }
}
