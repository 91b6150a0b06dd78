export const paymentStates = ['pending', 'paid', 'closed'] as const

export type PaymentState = (typeof paymentStates)[number]

/** An order at WeChat Pay. Amounts are fen, times unix milliseconds. */
export type Payment = {
  id: number
  mchid: string
  /** The merchant's own number: out_trade_no. */
  billId: string
  appId: string
  openId: string | null
  total: number
  description: string | null
  /** `adopted`: another program made it. */
  origin: 'created' | 'adopted'
  state: PaymentState
  transactionId: string | null
  paidAt: number | null
  /** The sum of its refunds, those under way with them. */
  reserved: number
  refundedElsewhereAt: number | null
  createdAt: number
}

/** An order to be made. */
export type PaymentInput = {
  openId: string
  billId: string
  total: number
  description: string
  attach?: string | undefined
  /** Unix milliseconds; nobody can pay afterwards. */
  expiresAt?: number | undefined
}

/** What can still be refunded, as far as this ledger knows. */
export function leftOf({ total, reserved }: Payment): number {
  return Math.max(0, total - reserved)
}
