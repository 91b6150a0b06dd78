import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../database/database.ts'
import type { Merchant } from '../merchants/merchant.ts'
import type { Merchants } from '../merchants/merchants.ts'
import { workInParallel } from '../parallel.ts'
import type { Payment } from '../payments/payment.ts'
import { findPaymentById } from '../payments/payments-store.ts'
import { type Answer, type AskDeps, askAboutRefund, askForRefund } from './ask-refund.ts'
import { nextRefundCheckAt } from './check-schedule.ts'
import type { Refund } from './refund.ts'
import { claimDueRefunds, claimRefund, findRefund, releaseClaim } from './refunds-store.ts'
import { toRefusalError } from './refusal.ts'
import { refuseRefund, settleRefund } from './settle-refund.ts'

export type PursuitDeps = AskDeps & { database: Database; merchants: Pick<Merchants, 'find'> }

/**
 * Whoever asks longer than this may be dead: another goes on. Two that ask at once do no harm, since WeChat knows the
 * number, and of two answers only the newest can refuse.
 */
export const leaseMs = 10_000
const watchMs = 100
/** How long a repeated call waits for the first one. */
const patienceMs = 8000
const checkedAtOnce = 8
const checkedInARun = 40

/** Follows refunds until they are final: one node at a time asks WeChat about one of them. */
export function createPursuit(deps: PursuitDeps) {
  const { database, merchants, now } = deps

  /** Asks under a claim, and writes down what comes of it. */
  async function ask(merchant: Merchant, payment: Payment, refund: Refund): Promise<[Refund, Answer]> {
    const asked = { merchant, payment, refund }
    const { tenantId } = merchant
    const answer =
      refund.state === 'requested' ? await askForRefund(deps, asked) : await askAboutRefund(deps, asked)
    if (answer.kind === 'told') {
      const settled = await settleRefund({ database, now, tenantId }, refund, {
        told: answer.told,
        source: 'answer',
      })
      if (settled.state === refund.state) await release(refund, refund.askedAt)
      return [settled, answer]
    }
    if (answer.kind === 'refused')
      return [await refuseRefund({ database, now, tenantId }, refund, answer.error), answer]
    // An early refusal was an answer: what may still arrive is what was sent before it.
    await release(refund, answer.kind === 'early' ? (refund.askedBefore ?? refund.askedAt) : refund.askedAt)
    return [refund, answer]
  }

  function release(refund: Refund, askedAt: number): Promise<void> {
    const nextCheckAt = nextRefundCheckAt(refund.state, refund.checks, now())
    return releaseClaim(database.sql, refund, { askedAt, nextCheckAt })
  }

  /** Somebody else is asking, or nobody any more: waits, or asks again under the same number. */
  async function watch(merchant: Merchant, payment: Payment, known: Refund): Promise<Refund> {
    const until = performance.now() + patienceMs
    let refund = known
    while (refund.state === 'requested') {
      const claimed = await claimRefund(database.sql, refund.id, { now: now(), until: now() + leaseMs })
      if (claimed !== null) return toOutcome(await ask(merchant, payment, claimed))
      if (performance.now() > until) break
      await delay(watchMs)
      refund = (await findRefund(database.sql, refund.id)) ?? refund
    }
    if (refund.refusal !== null) throw toRefusalError(refund.refusal)
    return refund
  }

  async function check(refund: Refund): Promise<void> {
    const payment = await findPaymentById(database.sql, refund.paymentId)
    const merchant = payment === null ? null : await merchants.find(payment.mchid)
    if (payment === null || merchant === null) return release(refund, refund.askedAt)
    const [, answer] = await ask(merchant, payment, refund)
    if (answer.kind === 'unknown') throw answer.error
  }

  return {
    /** Asks for a refund that this call has reserved. Throws what WeChat's refusal means. */
    begin: async (merchant: Merchant, payment: Payment, refund: Refund): Promise<Refund> =>
      toOutcome(await ask(merchant, payment, refund)),

    watch,

    /** Asks WeChat about what is not final, as far as it is due. Returns what failed. */
    async checkDue(closing: AbortSignal): Promise<unknown[]> {
      const request = { now: now(), until: now() + leaseMs, limit: checkedInARun }
      const due = await claimDueRefunds(database.sql, request)
      return workInParallel(due, check, { atOnce: checkedAtOnce, closing })
    },
  }
}

/** The refund, or why WeChat refused it. */
function toOutcome([refund, answer]: [Refund, Answer]): Refund {
  if (refund.state !== 'refused' || refund.refusal === null) return refund
  throw toRefusalError(refund.refusal, answer.kind === 'refused' ? answer.error : undefined)
}
