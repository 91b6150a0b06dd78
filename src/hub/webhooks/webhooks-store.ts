import type { Sql } from '../../database/database.ts'
import type { Tables } from '../../database/schema.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import { Secret } from '../../secret.ts'
import type { SigningWebhook, Webhook } from './webhook.ts'

type WebhookRow = Omit<Tables['webhooks'], 'id' | Stamps> & {
  id: number
  former_secret: Uint8Array | null
  former_secret_until: number | null
  failing_since: number | null
  disabled_at: number | null
}
type Stamps = 'former_secret' | 'former_secret_until' | 'failing_since' | 'disabled_at'

export type NewWebhook = Pick<
  Webhook,
  'tenantId' | 'name' | 'url' | 'apps' | 'kinds' | 'events' | 'createdAt'
>

export type WebhookChange = Partial<Pick<Webhook, 'name' | 'url' | 'apps' | 'kinds' | 'events'>>

export async function listSigningWebhooks(sql: Sql, sealed: SealedColumns): Promise<SigningWebhook[]> {
  const rows = await sql.selectFrom('webhooks').selectAll().orderBy('id').execute()
  return rows.map((row) => {
    const secret = new Secret(sealed.unseal('webhooks.secret', String(row.id), row.secret))
    return { ...toWebhook(row), secret, former: toFormer(sealed, row) }
  })
}

export async function listWebhooks(sql: Sql): Promise<Webhook[]> {
  const rows = await sql.selectFrom('webhooks').selectAll().orderBy('id').execute()
  return rows.map(toWebhook)
}

export async function findWebhook(sql: Sql, id: number): Promise<Webhook | null> {
  const row = await sql.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : toWebhook(row)
}

export async function countWebhooks(sql: Sql, tenantId: number): Promise<number> {
  const row = await sql
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** The secret is sealed in the row of the id, which is known only then. */
export async function insertWebhook(
  sql: Sql,
  sealed: SealedColumns,
  webhook: NewWebhook,
  secret: Secret,
): Promise<number> {
  const { id } = await sql
    .insertInto('webhooks')
    .values({
      tenant_id: webhook.tenantId,
      name: webhook.name,
      url: webhook.url,
      secret: new Uint8Array(0),
      ...toFilters(webhook),
      created_at: webhook.createdAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await writeSecret(sql, sealed, id, secret)
  return id
}

export async function updateWebhook(sql: Sql, id: number, change: WebhookChange): Promise<boolean> {
  const { name, url } = change
  const result = await sql
    .updateTable('webhooks')
    .set(({ ref }) => ({ name: name ?? ref('name'), url: url ?? ref('url'), ...toFilters(change) }))
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Puts a new secret in place; the one before it still signs until then. */
export async function replaceSecret(
  sql: Sql,
  sealed: SealedColumns,
  { id, secret, former, until }: { id: number; secret: Secret; former: Secret; until: number },
): Promise<void> {
  await sql
    .updateTable('webhooks')
    .set({
      former_secret: sealed.seal('webhooks.former_secret', String(id), former.reveal()),
      former_secret_until: until,
    })
    .where('id', '=', id)
    .execute()
  await writeSecret(sql, sealed, id, secret)
}

/** The secret as it is in the database now; the row is locked until the transaction ends. */
export async function lockSecret(sql: Sql, sealed: SealedColumns, id: number): Promise<Secret | null> {
  const row = await sql
    .updateTable('webhooks')
    // A write to the row is a lock on both engines.
    .set(({ ref }) => ({ name: ref('name') }))
    .where('id', '=', id)
    .returning('secret')
    .executeTakeFirst()
  return row === undefined ? null : new Secret(sealed.unseal('webhooks.secret', String(id), row.secret))
}

export async function deleteWebhook(sql: Sql, id: number): Promise<boolean> {
  const result = await sql.deleteFrom('webhooks').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Notes a failure; tells since when there was no success. Null: it was removed. */
export async function markFailing(sql: Sql, id: number, now: number): Promise<number | null> {
  const row = await sql
    .updateTable('webhooks')
    .set(({ fn, ref, val }) => ({ failing_since: fn.coalesce(ref('failing_since'), val(now)) }))
    .where('id', '=', id)
    .returning('failing_since')
    .executeTakeFirst()
  return row?.failing_since ?? null
}

export async function clearFailing(sql: Sql, id: number): Promise<void> {
  await sql
    .updateTable('webhooks')
    .set({ failing_since: null })
    .where('id', '=', id)
    .where('failing_since', 'is not', null)
    .execute()
}

/** False if it was already. */
export async function disableWebhook(sql: Sql, id: number, now: number): Promise<boolean> {
  const result = await sql
    .updateTable('webhooks')
    .set({ disabled_at: now })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The count of failure begins anew. False if it was not disabled. */
export async function enableWebhook(sql: Sql, id: number): Promise<boolean> {
  const result = await sql
    .updateTable('webhooks')
    .set({ disabled_at: null, failing_since: null })
    .where('id', '=', id)
    .where('disabled_at', 'is not', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

async function writeSecret(sql: Sql, sealed: SealedColumns, id: number, secret: Secret): Promise<void> {
  const value = sealed.seal('webhooks.secret', String(id), secret.reveal())
  await sql.updateTable('webhooks').set({ secret: value }).where('id', '=', id).execute()
}

const filters = ['apps', 'kinds', 'events'] as const

/** Only those that are given. */
function toFilters(given: Partial<Pick<Webhook, (typeof filters)[number]>>) {
  const written: Partial<Record<(typeof filters)[number], string | null>> = {}
  for (const name of filters) {
    const list = given[name]
    if (list !== undefined) written[name] = list && JSON.stringify(list)
  }
  return written
}

function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    url: row.url,
    apps: toList(row.apps),
    kinds: toList(row.kinds),
    events: toList(row.events),
    createdAt: row.created_at,
    failingSince: row.failing_since,
    disabledAt: row.disabled_at,
  }
}

function toFormer(sealed: SealedColumns, row: WebhookRow): SigningWebhook['former'] {
  const { id, former_secret: sealedFormer, former_secret_until: until } = row
  if (sealedFormer === null || until === null) return null
  return { secret: new Secret(sealed.unseal('webhooks.former_secret', String(id), sealedFormer)), until }
}

function toList(text: string | null): string[] | null {
  return text === null ? null : (JSON.parse(text) as string[]) // written by toFilters
}
