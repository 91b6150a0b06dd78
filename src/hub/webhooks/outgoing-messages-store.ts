import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'
import type { Message, MessageContent } from '../messages/message.ts'

/** A message as subscribers get it; `userId` is null where nobody logged in with the openId yet. */
export type OutgoingMessage = Message & { userId: number | null }

export async function listOutgoingMessages(sql: Sql, ids: readonly number[]): Promise<OutgoingMessage[]> {
  const rows = await sql
    .selectFrom('messages as m')
    .leftJoin('identities as i', (join) =>
      join.onRef('i.app_id', '=', 'm.app_id').onRef('i.open_id', '=', 'm.open_id'),
    )
    .selectAll('m')
    .select('i.user_id')
    .where('m.id', 'in', ids)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    appId: row.app_id,
    openId: row.open_id,
    userId: row.user_id,
    kind: row.kind,
    event: row.event,
    createdAt: row.created_at,
    receivedAt: row.received_at,
    content: JSON.parse(row.content) as MessageContent, // written by the gateway
  }))
}

/** The part of a message that webhooks choose by. */
export type MessageMark = Pick<Message, 'id' | 'appId' | 'kind' | 'event'>

type Range = { appIds: readonly string[]; after: number; from: number; to: number; limit: number }

/** Messages of these apps that came in a span of time, by id; uses the index on app and id. */
export async function listMessageMarks(sql: Sql, range: Range): Promise<MessageMark[]> {
  const { appIds, after, from, to, limit } = range
  if (appIds.length === 0) return []
  const rows = await sql
    .selectFrom('messages')
    .select(['id', 'app_id', 'kind', 'event'])
    .where('app_id', 'in', appIds)
    .where('id', '>', after)
    .where('received_at', '>=', from)
    .where('received_at', '<', to)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id, appId: row.app_id, kind: row.kind, event: row.event }))
}

/** Ids grow with time, give or take what clocks of nodes differ by. */
const maxSkewMs = 60_000

/** An id up to which no message came at this time or later; found in some twenty looks, without an index on time. */
export async function findLastIdBefore(sql: Sql, time: number): Promise<number> {
  const query = sql.selectFrom('messages').select(({ fn }) => fn.max('id').as('newest'))
  const { newest } = await query.executeTakeFirstOrThrow()
  let low = 0
  let high = Number(newest ?? 0)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [next] = await nextStatement(sql, { middle })
    if (next !== undefined && next.received_at < time - maxSkewMs) low = next.id
    else high = middle
  }
  return low
}

const nextStatement = createStatement<{ middle: number }>()((sql, param) =>
  sql
    .selectFrom('messages')
    .select(['id', 'received_at'])
    .where('id', '>', param('middle'))
    .orderBy('id')
    .limit(1),
)
