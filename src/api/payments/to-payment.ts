import type { Payment } from '../../hub/payments/payment.ts'
import { toSeconds } from '../schemas.ts'

export function toPayment({ id: _id, reserved, refundedElsewhereAt, paidAt, createdAt, ...shown }: Payment) {
  return {
    ...shown,
    refunded: reserved,
    refundedElsewhere: refundedElsewhereAt !== null,
    paidAt: paidAt && toSeconds(paidAt),
    createdAt: toSeconds(createdAt),
  }
}
