import { HubError } from '../errors.ts'
import { leftOf, type Payment } from '../payments/payment.ts'
import { isReserving, type Refund } from './refund.ts'

/** What a call for a refund comes to: one that is known, one that was refused and is tried again, or a new one. */
export type Decision =
  | { kind: 'repeat'; refund: Refund }
  | { kind: 'retry'; refund: Refund }
  | { kind: 'new'; fee: number }

export type Situation = {
  payment: Payment
  /** As it was asked for: 0 is all that is left. */
  wantedFee: number
  /** What the idempotency key stands for; null: it is new. Undefined: the call has none. */
  keyed: Refund | null | undefined
  /** Refunds of the same payment and fee: the newest that stands, and the newest that had no key. */
  live: Refund | null
  newest: Refund | null
  now: number
}

const repeatMs = 10 * 60_000

/**
 * The rules of repeats (docs/refunds.md). The payment is locked: nothing of what is looked at changes meanwhile. Throws
 * conflict where the call asks for what was done, or for more than is left.
 */
export function decideRequest(situation: Situation): Decision {
  const known = situation.keyed === undefined ? findRepeated(situation) : situation.keyed
  if (known !== null && isReserving(known.state)) return { kind: 'repeat', refund: known }
  const fee = feeOf(situation)
  // A number that WeChat refused is free: but for this amount alone.
  if (known?.state === 'refused' && known.fee === fee) return { kind: 'retry', refund: known }
  return { kind: 'new', fee }
}

/** Without a key, the identical call within ten minutes is the same one. */
function findRepeated({ live, newest, now, wantedFee }: Situation): Refund | null {
  if (live === null) return newest
  if (now - live.requestedAt < repeatMs) return live
  // All that is left can be meant at any time: it never gives more than that.
  if (wantedFee === 0) return null
  throw new HubError(
    'conflict',
    'the same fee was refunded before: another refund of it needs an Idempotency-Key',
  )
}

function feeOf({ payment, wantedFee }: Situation): number {
  const left = leftOf(payment)
  if (wantedFee === 0) return allThatIsLeft(payment, left)
  if (wantedFee > left) {
    throw new HubError(
      'conflict',
      `the fee is more than is left of the payment: ${left} of ${payment.total} fen`,
    )
  }
  return wantedFee
}

function allThatIsLeft({ refundedElsewhereAt }: Payment, left: number): number {
  if (refundedElsewhereAt !== null) {
    throw new HubError('payment_refused', 'another program refunds this payment too: name the fee')
  }
  if (left === 0) throw new HubError('conflict', 'nothing is left of the payment')
  return left
}
