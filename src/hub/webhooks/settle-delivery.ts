import type { Database } from '../../database/database.ts'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/audit-store.ts'
import type { Setup } from '../setup/setup.ts'
import type { AttemptResult } from './attempt.ts'
import { type Attempt, type Claim, type DeliveryOutcome, updateDelivery } from './deliveries-store.ts'
import { nextAttemptAt } from './retry-schedule.ts'
import { clearFailing, disableWebhook, findWebhook, markFailing } from './webhooks-store.ts'

type Deps = { database: Database; setup: Pick<Setup<unknown>, 'change'>; now: () => number }

/** A webhook that fails for so long without a single success is switched off. */
const patienceMs = 5 * 24 * 60 * 60 * 1000
/** Of a delivery's attempts; a delivery that is replayed again and again grows no further. */
const keptAttempts = 20

type Settled = { result: AttemptResult; startedAt: number; durationMs: number }

/** Writes down what came of an attempt, and switches the webhook off where that is due. */
export async function settleDelivery(deps: Deps, claim: Claim, settled: Settled): Promise<void> {
  const { database, now } = deps
  const { result } = settled
  const isDelivered = result.outcome === 'delivered'
  const failingSince = await database.transaction(async (sql) => {
    await updateDelivery(sql, claim, toDeliveryOutcome(claim, settled, now()))
    if (!isDelivered) return markFailing(sql, claim.webhookId, now())
    await clearFailing(sql, claim.webhookId)
    return null
  })
  if (failingSince === null) return
  if (result.outcome === 'gone') await disable(deps, claim.webhookId, 'gone')
  else if (now() - failingSince >= patienceMs) await disable(deps, claim.webhookId, 'failing')
}

function toDeliveryOutcome(claim: Claim, settled: Settled, now: number): DeliveryOutcome {
  const { result, startedAt, durationMs } = settled
  const { status, error } = result
  const attempt: Attempt = { at: startedAt, status, error, durationMs }
  const recentAttempts = [...claim.recentAttempts, attempt].slice(-keptAttempts)
  if (result.outcome === 'delivered') {
    const { attempts } = claim
    return { state: 'delivered', attempts, nextAttemptAt: null, deliveredAt: now, recentAttempts }
  }
  const attempts = claim.attempts + 1
  const next = nextAttemptAt(attempts, now, result.retryAfter)
  const state = next === null ? 'failed' : 'pending'
  return { state, attempts, nextAttemptAt: next, recentAttempts }
}

async function disable({ setup, now }: Deps, webhookId: number, cause: 'gone' | 'failing'): Promise<void> {
  await setup.change(async (sql) => {
    if (!(await disableWebhook(sql, webhookId, now()))) return
    const subject = `webhook:${webhookId}`
    const tenantId = (await findWebhook(sql, webhookId))?.tenantId ?? null
    const noted = { action: 'webhook.disabled', subject, tenantId, detail: { cause } }
    await insertAuditEntry(sql, { ...noted, at: now(), actor: systemActor })
  })
}
