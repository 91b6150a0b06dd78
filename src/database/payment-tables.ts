import type { Generated } from 'kysely'

/** The ledger. Amounts are fen. */
export type PaymentTables = {
  /** `bill_id` is the merchant's out_trade_no. */
  payments: {
    id: Generated<number>
    mchid: string
    bill_id: string
    app_id: string
    open_id: string | null
    total: number
    description: string | null
    /** created here, or adopted: made by another program. */
    origin: string
    /** pending, paid or closed. */
    state: string
    transaction_id: string | null
    paid_at: number | null
    /** The sum of all refunds but those that are refused or closed. */
    reserved: Generated<number>
    /** When it turned out that somebody else refunds this payment too. */
    refunded_elsewhere_at: Generated<number | null>
    checks: Generated<number>
    /** Null: WeChat has nothing more to tell. */
    next_check_at: number | null
    created_at: number
    /** From then on nothing that says who paid is written down. */
    payer_erased_at: Generated<number | null>
  }
  refunds: {
    id: Generated<number>
    payment_id: number
    out_refund_no: string
    fee: number
    /** As it was asked for: 0 is all that was left. */
    wanted_fee: number
    /** 1: asked for under an idempotency key. */
    is_keyed: number
    reason: string | null
    /** requested, processing, succeeded, closed, abnormal or refused. */
    state: string
    actor: string
    /** Whose daily limit it counts towards, and on which day (from 1970, in China's time). */
    budget_key_id: number | null
    budget_day: number | null
    /** WeChat's number. */
    refund_id: Generated<string | null>
    /** JSON: WeChat's code and words; null unless refused. */
    refusal: Generated<string | null>
    asked_at: number
    /** Null: the attempt under way is the first one under this number, or since it was refused. */
    asked_before: Generated<number | null>
    lease_until: number
    /** Counted up by whoever asks WeChat: what refuses counts only under the newest claim. */
    claims: Generated<number>
    checks: Generated<number>
    next_check_at: number | null
    created_at: number
    /** When a caller last asked for it, repeats left out. */
    requested_at: number
    settled_at: Generated<number | null>
  }
  idempotency_keys: {
    tenant_id: number
    caller: string
    key: string
    fingerprint: Uint8Array
    refund_id: number
  }
  refund_budgets: { key_id: number; day: number; spent: number }
}
