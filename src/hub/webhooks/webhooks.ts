import { type Database, isForeignKeyViolation, type Sql } from '../../database/database.ts'
import type { SealedColumns } from '../../database/sealed-columns.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import type { Secret } from '../../secret.ts'
import type { App } from '../apps/app.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import { HubError } from '../errors.ts'
import type { Setup } from '../setup/setup.ts'
import { checkWebhook, type WebhookInput } from './check-webhook.ts'
import { issueSigningSecret } from './signature.ts'
import type { SigningWebhook, Webhook } from './webhook.ts'
import {
  countWebhooks,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  lockSecret,
  replaceSecret,
  updateWebhook,
} from './webhooks-store.ts'

type OfTenant = Pick<Webhook, 'id' | 'tenantId'>

/** What is not given stays. */
export type WebhookChangeInput = Partial<WebhookInput> & { isEnabled?: boolean }

export type Webhooks = ReturnType<typeof createWebhooks>

type Deps = {
  database: Database
  sealed: SealedColumns
  setup: Setup<{ webhooks: readonly SigningWebhook[]; apps: ReadonlyMap<string, App> }>
  outbound: Pick<Outbound, 'checkUrl'>
  now: () => number
}

const maxWebhooksOfTenant = 100
/** After a rotation both secrets sign, so that subscribers can change theirs in between. */
const overlapMs = 24 * 60 * 60 * 1000

/** Who is told of messages. */
export function createWebhooks({ database, sealed, setup, outbound, now }: Deps) {
  async function get(id: number): Promise<Webhook> {
    const webhook = await findWebhook(database.sql, id)
    if (webhook === null) throw new HubError('not_found', 'no such webhook')
    return webhook
  }

  async function boundsOf(tenantId: number) {
    const { apps } = await setup.current()
    const hasApp = (appId: string): boolean => apps.get(appId)?.tenantId === tenantId
    return { checkUrl: outbound.checkUrl, hasApp }
  }

  function audit(sql: Sql, actor: Actor, action: string, of: OfTenant, detail: object = {}): Promise<void> {
    const subject = `webhook:${of.id}`
    return insertAuditEntry(sql, { at: now(), actor, action, subject, tenantId: of.tenantId, detail })
  }

  async function insert(sql: Sql, tenantId: number, checked: WebhookInput, secret: Secret): Promise<number> {
    if ((await countWebhooks(sql, tenantId)) >= maxWebhooksOfTenant) {
      throw new HubError('conflict', `a tenant has at most ${maxWebhooksOfTenant} webhooks`)
    }
    return insertWebhook(sql, sealed, { ...checked, tenantId, createdAt: now() }, secret)
  }

  return {
    list: (): Promise<Webhook[]> => listWebhooks(database.sql),

    get,

    /** Adds a webhook of a tenant. Its secret is told this once. Throws bad_request, conflict. */
    async add(
      tenantId: number,
      input: WebhookInput,
      actor: Actor,
    ): Promise<{ webhook: Webhook; secret: Secret }> {
      const checked = checkWebhook(input, await boundsOf(tenantId))
      const secret = issueSigningSecret()
      const work = setup.change(async (sql) => {
        const id = await insert(sql, tenantId, checked, secret)
        const { apps, kinds, events } = checked
        await audit(sql, actor, 'webhook.added', { id, tenantId }, { tenantId, apps, kinds, events })
        return id
      })
      const id = await work.catch((error: unknown) => {
        if (isForeignKeyViolation(error)) throw new HubError('bad_request', 'tenantId names no tenant')
        throw error
      })
      return { webhook: await get(id), secret }
    },

    async change(id: number, input: WebhookChangeInput, actor: Actor): Promise<Webhook> {
      const { isEnabled, ...given } = input
      const webhook = await get(id)
      const checked = checkWebhook(given, await boundsOf(webhook.tenantId))
      await setup.change(async (sql) => {
        if (!(await updateWebhook(sql, id, checked))) throw new HubError('not_found', 'no such webhook')
        const fields = Object.keys(given)
        if (fields.length > 0) await audit(sql, actor, 'webhook.changed', webhook, { fields })
        if (isEnabled === true && (await enableWebhook(sql, id)))
          await audit(sql, actor, 'webhook.enabled', webhook)
        if (isEnabled === false && (await disableWebhook(sql, id, now()))) {
          await audit(sql, actor, 'webhook.disabled', webhook, { cause: 'asked' })
        }
      })
      return get(id)
    },

    /** A new secret, told this once; what is sent in the next 24 h carries a signature of both. */
    async rotateSecret(id: number, actor: Actor): Promise<Secret> {
      const webhook = await get(id)
      const secret = issueSigningSecret()
      await setup.change(async (sql) => {
        const former = await lockSecret(sql, sealed, id)
        if (former === null) throw new HubError('not_found', 'no such webhook')
        await replaceSecret(sql, sealed, { id, secret, former, until: now() + overlapMs })
        await audit(sql, actor, 'webhook.secret_rotated', webhook)
      })
      return secret
    },

    /** What is still to be delivered to it is not. */
    async remove(id: number, actor: Actor): Promise<void> {
      const webhook = await get(id)
      await setup.change(async (sql) => {
        if (await deleteWebhook(sql, id)) await audit(sql, actor, 'webhook.removed', webhook)
      })
    },
  }
}
