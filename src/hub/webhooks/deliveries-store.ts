import type { Sql } from '../../database/database.ts'
import { createStatement } from '../../database/statement.ts'

export const deliveryStates = ['pending', 'delivered', 'failed'] as const

export type DeliveryState = (typeof deliveryStates)[number]

/** `status` is that of HTTP; `error` says why there was none. */
export type Attempt = { at: number; status: number | null; error: string | null; durationMs: number }

/** One message on its way to one webhook, which together name it. */
export type Delivery = {
  messageId: number
  webhookId: number
  state: DeliveryState
  /** Failed ones since it was stored or replayed. */
  attempts: number
  nextAttemptAt: number | null
  replays: number
  recentAttempts: Attempt[]
  createdAt: number
  deliveredAt: number | null
}

/** The right to make an attempt. `claim` is the fence: who claims next makes it void. */
export type Claim = {
  messageId: number
  webhookId: number
  claim: number
  attempts: number
  recentAttempts: Attempt[]
}

export type NewDelivery = { messageId: number; webhookId: number }

const maxRowsAtOnce = 64

/** One statement for up to 64: it runs while those who pushed wait. */
export async function insertDeliveries(
  sql: Sql,
  deliveries: readonly NewDelivery[],
  now: number,
): Promise<void> {
  for (let start = 0; start < deliveries.length; start += maxRowsAtOnce) {
    const values: InsertValues = { now }
    const rows = deliveries.slice(start, start + maxRowsAtOnce)
    for (const [index, { messageId, webhookId }] of rows.entries()) {
      values[`message${index}`] = messageId
      values[`webhook${index}`] = webhookId
    }
    await insertStatement(rows.length)(sql, values)
  }
}

type InsertValues = { now: number } & Record<string, number>

const insertStatements = new Map<number, ReturnType<typeof createInsert>>()

/** One for each number of rows. */
function insertStatement(count: number) {
  const known = insertStatements.get(count)
  if (known !== undefined) return known
  const made = createInsert(count)
  insertStatements.set(count, made)
  return made
}

function createInsert(count: number) {
  return createStatement<InsertValues>()((sql, param) =>
    sql
      .insertInto('deliveries')
      .values(
        Array.from({ length: count }, (_, index) => ({
          message_id: param(`message${index}`),
          webhook_id: param(`webhook${index}`),
          state: 'pending',
          next_attempt_at: param('now'),
          created_at: param('now'),
        })),
      )
      .onConflict((conflict) => conflict.doNothing()),
  )
}

/** Enabled webhooks that have something to be sent; one look at the index for each of them. */
export async function listDueWebhooks(sql: Sql, now: number): Promise<number[]> {
  const rows = await listDueStatement(sql, { now })
  return rows.map((row) => row.id)
}

const listDueStatement = createStatement<{ now: number }>()((sql, param) =>
  sql
    .selectFrom('webhooks as w')
    .select('w.id')
    .where('w.disabled_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('deliveries as d')
          .select('d.message_id')
          .whereRef('d.webhook_id', '=', 'w.id')
          .where('d.next_attempt_at', '<=', param('now')),
      ),
    ),
)

export type ClaimRequest = { webhookId: number; now: number; until: number; limit: number }

/** Takes the longest due; other nodes skip them until the claim is over. */
export async function claimDeliveries(sql: Sql, request: ClaimRequest): Promise<Claim[]> {
  const rows = await claimStatement(sql, request)
  return rows.map((row) => ({
    messageId: row.message_id,
    webhookId: row.webhook_id,
    claim: row.claims,
    attempts: row.attempts,
    recentAttempts: toAttempts(row.recent_attempts),
  }))
}

const claimStatement = createStatement<ClaimRequest>()((sql, param, engine) =>
  sql
    .with('due', (due) => {
      const query = due
        .selectFrom('deliveries')
        .select('message_id')
        .where('webhook_id', '=', param('webhookId'))
        .where('next_attempt_at', '<=', param('now'))
        .orderBy('next_attempt_at')
        .limit(param('limit'))
      return engine === 'postgres' ? query.forUpdate().skipLocked() : query
    })
    .updateTable('deliveries')
    .set((eb) => ({ next_attempt_at: param('until'), claims: eb('claims', '+', 1) }))
    .where('webhook_id', '=', param('webhookId'))
    .where('message_id', 'in', (eb) => eb.selectFrom('due').select('due.message_id'))
    .returning(['message_id', 'webhook_id', 'claims', 'attempts', 'recent_attempts']),
)

export type DeliveryOutcome = {
  state: DeliveryState
  attempts: number
  nextAttemptAt: number | null
  /** Not given: as it was. */
  deliveredAt?: number
  recentAttempts: readonly Attempt[]
}

/** False under a claim that is over: another attempt, or a replay, came in between. */
export async function updateDelivery(sql: Sql, claim: Claim, outcome: DeliveryOutcome): Promise<boolean> {
  const result = await sql
    .updateTable('deliveries')
    .set({
      state: outcome.state,
      attempts: outcome.attempts,
      next_attempt_at: outcome.nextAttemptAt,
      ...(outcome.deliveredAt !== undefined && { delivered_at: outcome.deliveredAt }),
      recent_attempts: JSON.stringify(outcome.recentAttempts),
    })
    .where('message_id', '=', claim.messageId)
    .where('webhook_id', '=', claim.webhookId)
    .where('claims', '=', claim.claim)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Gives claims back, as if no attempt had begun. */
export async function releaseDelivery(sql: Sql, claim: Claim, now: number): Promise<void> {
  await sql
    .updateTable('deliveries')
    .set({ next_attempt_at: now })
    .where('message_id', '=', claim.messageId)
    .where('webhook_id', '=', claim.webhookId)
    .where('claims', '=', claim.claim)
    .execute()
}

type DeliveryFilter = { webhookId: number; state: DeliveryState | null; before: number | null; limit: number }

/** Newest message first. */
export async function listDeliveries(sql: Sql, filter: DeliveryFilter): Promise<Delivery[]> {
  const { webhookId, state, before, limit } = filter
  let query = sql.selectFrom('deliveries').selectAll().where('webhook_id', '=', webhookId)
  if (state !== null) query = query.where('state', '=', state)
  if (before !== null) query = query.where('message_id', '<', before)
  const rows = await query.orderBy('message_id', 'desc').limit(limit).execute()
  return rows.map(toDelivery)
}

export async function findDelivery(sql: Sql, webhookId: number, messageId: number): Promise<Delivery | null> {
  const row = await sql
    .selectFrom('deliveries')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .where('message_id', '=', messageId)
    .executeTakeFirst()
  return row === undefined ? null : toDelivery(row)
}

export type ReplayRequest = {
  webhookId: number
  messageIds: readonly number[]
  now: number
  /** Leaves alone what was delivered. */
  onlyUndelivered: boolean
}

/** Has these messages delivered, also those that were none for this webhook so far. */
export async function upsertReplays(sql: Sql, request: ReplayRequest): Promise<number> {
  const { webhookId, messageIds, now, onlyUndelivered } = request
  if (messageIds.length === 0) return 0
  const due = { state: 'pending', next_attempt_at: now }
  const rows = messageIds.map((id) => ({ message_id: id, webhook_id: webhookId, created_at: now, ...due }))
  const result = await sql
    .insertInto('deliveries')
    .values(rows)
    .onConflict((conflict) => {
      const update = conflict.columns(['message_id', 'webhook_id']).doUpdateSet((eb) => ({
        ...due,
        attempts: 0,
        claims: eb('deliveries.claims', '+', 1),
        replays: eb('deliveries.replays', '+', 1),
      }))
      return onlyUndelivered ? update.where('deliveries.state', '!=', 'delivered') : update
    })
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0n)
}

/** Removes up to `limit` that are over, or have nobody to go to, of messages up to this one. */
export async function deleteDeliveries(sql: Sql, upToMessageId: number, limit: number): Promise<number> {
  const doomed = sql
    .selectFrom('deliveries')
    .select(['message_id', 'webhook_id'])
    .where('message_id', '<=', upToMessageId)
    .where((eb) =>
      eb.or([
        eb('next_attempt_at', 'is', null),
        eb('webhook_id', 'not in', eb.selectFrom('webhooks').select('id').where('disabled_at', 'is', null)),
      ]),
    )
    .orderBy('message_id')
    .limit(limit)
  const result = await sql
    .deleteFrom('deliveries')
    .where(({ eb, refTuple }) =>
      eb(refTuple('message_id', 'webhook_id'), 'in', doomed.$asTuple('message_id', 'webhook_id')),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

type DeliveryRow = {
  message_id: number
  webhook_id: number
  state: string
  attempts: number
  next_attempt_at: number | null
  replays: number
  recent_attempts: string | null
  created_at: number
  delivered_at: number | null
}

function toDelivery(row: DeliveryRow): Delivery {
  const state = deliveryStates.find((known) => known === row.state)
  if (state === undefined) throw new Error(`the database names a delivery state "${row.state}"`)
  return {
    messageId: row.message_id,
    webhookId: row.webhook_id,
    state,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    replays: row.replays,
    recentAttempts: toAttempts(row.recent_attempts),
    createdAt: row.created_at,
    deliveredAt: row.delivered_at,
  }
}

function toAttempts(text: string | null): Attempt[] {
  return text === null ? [] : (JSON.parse(text) as Attempt[]) // written by updateDelivery
}
