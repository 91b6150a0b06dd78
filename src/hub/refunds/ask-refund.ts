import type { Pay } from '../../wechat/pay/pay.ts'
import { findPayFailure, type PayFailure } from '../../wechat/pay/pay-failure.ts'
import type { PayRefund } from '../../wechat/pay/refunds.ts'
import { HubError } from '../errors.ts'
import type { Merchant } from '../merchants/merchant.ts'
import type { Payment } from '../payments/payment.ts'
import type { Refund } from './refund.ts'

/**
 * What came of asking. told: WeChat has it, and in which state. refused: it surely has not, and will not by what was
 * sent so far. unknown: neither is sure. early: WeChat refuses now, and something sent before may still arrive.
 */
export type Answer =
  | { kind: 'told'; told: PayRefund }
  | { kind: 'refused'; error: unknown }
  | { kind: 'unknown'; error: unknown }
  | { kind: 'early'; error: unknown }

export type AskDeps = {
  pay: Pick<Pay, 'requestRefund' | 'findRefund'>
  notifyUrl: (mchid: string) => string
  now: () => number
}

export type Asked = { merchant: Merchant; payment: Payment; refund: Refund }

/** What WeChat has not shown by then has not arrived: it says itself not to ask about a refund sooner. */
export const arrivalMs = 60_000

/**
 * Asks WeChat for a refund: the same number and the same words each time, so that it is done once. Where WeChat
 * refuses, it is asked whether it has the number all the same.
 */
export async function askForRefund(deps: AskDeps, asked: Asked): Promise<Answer> {
  const { pay, notifyUrl } = deps
  const { merchant, payment, refund } = asked
  try {
    const told = await pay.requestRefund(merchant.credential, {
      billId: payment.billId,
      refundNo: refund.outRefundNo,
      refundFen: refund.fee,
      totalFen: payment.total,
      notifyUrl: notifyUrl(payment.mchid),
      ...(refund.reason !== null && { reason: refund.reason }),
    })
    return toTold(asked, told)
  } catch (error) {
    return judge(deps, asked, error)
  }
}

/** Asks what became of a refund that WeChat has. */
export async function askAboutRefund({ pay }: AskDeps, asked: Asked): Promise<Answer> {
  try {
    const told = await pay.findRefund(asked.merchant.credential, asked.refund.outRefundNo)
    if (told !== null) return toTold(asked, told)
    throw new HubError('upstream_unavailable', 'WeChat does not find a refund that it accepted')
  } catch (error) {
    return { kind: 'unknown', error }
  }
}

async function judge(deps: AskDeps, asked: Asked, error: unknown): Promise<Answer> {
  const failure = findPayFailure(error)
  const isFirst = asked.refund.askedBefore === null
  if (failure === null || !isRefusal(failure, isFirst)) return { kind: 'unknown', error }
  // Nothing was sent under this number before, and these words say that it was not taken now.
  if (isFirst && failure.answer?.code !== 'INVALID_REQUEST') return { kind: 'refused', error }
  try {
    const told = await deps.pay.findRefund(asked.merchant.credential, asked.refund.outRefundNo)
    if (told !== null) return toTold(asked, told)
  } catch (queryError) {
    return { kind: 'unknown', error: queryError }
  }
  const hasArrived = isFirst || deps.now() - (asked.refund.askedBefore ?? 0) >= arrivalMs
  return { kind: hasArrived ? 'refused' : 'early', error }
}

/** Whether WeChat surely did nothing for this call. What it says without a signature counts only where nothing is at stake. */
function isRefusal({ outcome, answer, doubt }: PayFailure, isFirst: boolean): boolean {
  if (outcome === 'refused') return true
  if (!isFirst) return false
  // WeChat leaves a 401 unsigned when it cannot tell whose call it was.
  return outcome !== 'unknown' || (doubt !== null && answer?.status === 401)
}

function toTold({ payment, refund }: Asked, told: PayRefund): Answer {
  if (told.billId === payment.billId && told.refundFen === refund.fee) return { kind: 'told', told }
  throw new HubError('internal', 'WeChat has another refund under a number of ours')
}
