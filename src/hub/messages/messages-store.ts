import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'
import type { Reach } from '../users/search-users.ts'
import type { Message } from './message.ts'

export type NewMessage = Omit<Message, 'id'> & { dedupeKey: Buffer }

export type MessageQuery = {
  appId?: string | undefined
  openId?: string | undefined
  kind?: string | undefined
  event?: string | undefined
  before: number | null
  limit: number
}

/** Stores those that are not there yet. Returns their ids by dedupe key, as hex. */
export async function insertMessages(
  sql: Sql,
  messages: readonly NewMessage[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  let at = 0
  for (const { size, insert } of statements) {
    for (; messages.length - at >= size; at += size) {
      const rows = await insert(sql, toParameters(messages.slice(at, at + size)))
      for (const { id, dedupe_key } of rows) ids.set(Buffer.from(dedupe_key).toString('hex'), id)
    }
  }
  return ids
}

/** By id, the newest first. Uses the indexes on (app_id, id) and (app_id, open_id, id). */
export async function listMessages(sql: Sql, reach: Reach, wanted: MessageQuery): Promise<Message[]> {
  const { appId, openId, kind, event, before, limit } = wanted
  let query = withinReach(sql, reach)
  if (appId !== undefined) query = query.where('app_id', '=', appId)
  if (openId !== undefined) query = query.where('open_id', '=', openId)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (event !== undefined) query = query.where('event', '=', event)
  if (before !== null) query = query.where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(toMessage)
}

export async function findMessage(sql: Sql, reach: Reach, id: number): Promise<Message | null> {
  const row = await withinReach(sql, reach).where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : toMessage(row)
}

function withinReach(sql: Sql, { tenantId, apps }: Reach) {
  const { ref } = sql.dynamic
  const columns = [
    'id',
    'app_id',
    'open_id',
    'kind',
    'event',
    'created_at',
    'received_at',
    'content',
  ] as const
  let query = sql.selectFrom('messages').select(columns)
  if (apps !== null) query = query.where(ref<'app_id'>('app_id'), 'in', [...apps])
  if (tenantId !== null) {
    const ofTenant = sql.selectFrom('apps').select('app_id').where('tenant_id', '=', tenantId)
    query = query.where('app_id', 'in', ofTenant)
  }
  return query
}

type Row = Record<`${'appId' | 'openId' | 'kind' | 'content'}${number}`, string> &
  Record<`event${number}`, string | null> &
  Record<`${'createdAt' | 'receivedAt'}${number}`, number> &
  Record<`dedupeKey${number}`, Buffer>

/** A statement for each of a few numbers of rows, so that none is built while messages wait. */
const statements = [32, 8, 4, 2, 1].map((size) => ({
  size,
  insert: createStatement<Row>()((sql, param) =>
    sql
      .insertInto('messages')
      .values(
        Array.from({ length: size }, (_, at) => ({
          app_id: param(`appId${at}`),
          dedupe_key: param(`dedupeKey${at}`),
          open_id: param(`openId${at}`),
          kind: param(`kind${at}`),
          event: param(`event${at}`),
          created_at: param(`createdAt${at}`),
          received_at: param(`receivedAt${at}`),
          content: param(`content${at}`),
        })),
      )
      .onConflict((conflict) => conflict.columns(['app_id', 'dedupe_key']).doNothing())
      .returning(['id', 'dedupe_key']),
  ),
}))

function toParameters(messages: readonly NewMessage[]): Row {
  const row: Row = {}
  for (const [at, message] of messages.entries()) {
    row[`appId${at}`] = message.appId
    row[`dedupeKey${at}`] = message.dedupeKey
    row[`openId${at}`] = message.openId
    row[`kind${at}`] = message.kind
    row[`event${at}`] = message.event
    row[`createdAt${at}`] = message.createdAt
    row[`receivedAt${at}`] = message.receivedAt
    row[`content${at}`] = JSON.stringify(message.content)
  }
  return row
}

function toMessage(row: {
  id: number
  app_id: string
  open_id: string
  kind: string
  event: string | null
  created_at: number
  received_at: number
  content: string
}): Message {
  return {
    id: row.id,
    appId: row.app_id,
    openId: row.open_id,
    kind: row.kind,
    event: row.event,
    createdAt: row.created_at,
    receivedAt: row.received_at,
    content: JSON.parse(row.content), // written by insertMessages
  }
}
