import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'
import type { PhoneRow } from '../users/user-phones-store.ts'

/** An identity as a shop sees it, with the phone numbers that count for its user. */
export type BuyerRow = {
  id: number
  openId: string
  userId: number
  memberId: number | null
  nickname: string
  avatarUrl: string
  phones: PhoneRow
}

export async function findBuyer(sql: Sql, appId: string, id: number): Promise<BuyerRow | null> {
  const [row] = await byIdStatement(sql, { appId, id })
  return row === undefined ? null : toRow(row)
}

const byIdStatement = createStatement<{ appId: string; id: number }>()((sql, param) =>
  selectBuyers(sql).where('i.id', '=', param('id')).where('i.app_id', '=', param('appId')),
)

export async function findBuyerByOpenId(sql: Sql, appId: string, openId: string): Promise<BuyerRow | null> {
  const [row] = await byOpenIdStatement(sql, { appId, openId })
  return row === undefined ? null : toRow(row)
}

const byOpenIdStatement = createStatement<{ appId: string; openId: string }>()((sql, param) =>
  selectBuyers(sql).where('i.app_id', '=', param('appId')).where('i.open_id', '=', param('openId')),
)

/** In no order; those of other apps are not among them. */
export async function listBuyers(sql: Sql, appId: string, ids: readonly number[]): Promise<BuyerRow[]> {
  // The app stands in no condition: SQLite would go through all buyers of the app by the index that begins with it.
  const query = selectBuyers(sql).select('i.app_id')
  const rows = await query.where('i.id', 'in', [...ids]).execute()
  return rows.filter((row) => row.app_id === appId).map(toRow)
}

function selectBuyers(sql: Sql) {
  return sql
    .selectFrom('identities as i')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .innerJoin('users as p', (join) =>
      join.on((is) => is('p.id', '=', is.fn.coalesce('u.phone_from', 'u.id'))),
    )
    .select(['i.id', 'i.open_id', 'i.user_id', 'i.member_id', 'u.nickname', 'u.avatar_url'])
    .select(['p.id as holder', 'p.person_key'])
    .select(['p.unverified_phone as unverified', 'p.verified_phone as verified'])
    .where('u.erased_at', 'is', null)
}

type Selected = Awaited<ReturnType<ReturnType<typeof selectBuyers>['executeTakeFirstOrThrow']>>

function toRow(row: Selected): BuyerRow {
  const { holder, person_key: personKey, unverified, verified } = row
  return {
    id: row.id,
    openId: row.open_id,
    userId: row.user_id,
    memberId: row.member_id,
    nickname: row.nickname,
    avatarUrl: row.avatar_url,
    phones: { holder, personKey, unverified, verified },
  }
}
