import type { RefundState as WeChatState } from '../../wechat/pay/refunds.ts'
import type { ErrorCode } from '../errors.ts'

/**
 * requested: reserved, and WeChat may or may not have it. processing: WeChat accepted it. abnormal: the money found
 * no way to the payer, a person has to look. succeeded, closed and refused are final; refused and closed gave the
 * reservation back, and what is refused can be asked for again. The whole story: docs/refunds.md.
 */
export const refundStates = ['requested', 'processing', 'succeeded', 'closed', 'abnormal', 'refused'] as const

export type RefundState = (typeof refundStates)[number]

/**
 * Why WeChat refused, in its words; where it said none `code` tells why: unsent, limited. `error` is what callers are
 * told.
 */
export type Refusal = { code: string; message: string; error: ErrorCode }

/** Amounts are fen, times unix milliseconds. */
export type Refund = {
  id: number
  paymentId: number
  /** WeChat's idempotency key: made once, and kept. */
  outRefundNo: string
  fee: number
  /** As it was asked for: 0 is all that was left. */
  wantedFee: number
  isKeyed: boolean
  reason: string | null
  state: RefundState
  /** Who asked for it. */
  actor: string
  /** Whose daily limit it counts towards; null: nobody's. */
  budget: { keyId: number; day: number } | null
  /** WeChat's number. */
  refundId: string | null
  refusal: Refusal | null
  /** When WeChat was last asked for it, or about it. */
  askedAt: number
  /** When it was asked before that, without our knowing what became of it; null: never. */
  askedBefore: number | null
  leaseUntil: number
  claims: number
  checks: number
  createdAt: number
  requestedAt: number
  settledAt: number | null
}

/** Whether the amount of a refund in this state is kept from other refunds. */
export function isReserving(state: RefundState): boolean {
  return state !== 'refused' && state !== 'closed'
}

/** Whether WeChat has it, and it is not over for nothing. */
export function isAccepted(state: RefundState): boolean {
  return state === 'processing' || state === 'succeeded'
}

export const fromWeChatState = {
  PROCESSING: 'processing',
  SUCCESS: 'succeeded',
  CLOSED: 'closed',
  ABNORMAL: 'abnormal',
} as const satisfies Record<WeChatState, RefundState>

/** Where WeChat's word can lead from each state. What is final stays; refused is only what we concluded. */
const successors: Record<RefundState, readonly RefundState[]> = {
  requested: ['processing', 'succeeded', 'closed', 'abnormal'],
  refused: ['processing', 'succeeded', 'abnormal'],
  processing: ['succeeded', 'closed', 'abnormal'],
  abnormal: ['succeeded', 'closed'],
  succeeded: [],
  closed: [],
}

export function canBecome(from: RefundState, to: RefundState): boolean {
  return successors[from].includes(to)
}
