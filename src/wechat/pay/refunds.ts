import type { MerchantCredential } from './merchant-credential.ts'
import { isMissing } from './orders.ts'
import type { PayChannel } from './pay-channel.ts'
import { createFieldReader, type Fields, type ToError, unreadable } from './read-fields.ts'

/** PROCESSING: accepted, the money is on its way. ABNORMAL: the card cannot take it, a person must look. */
export const refundStates = ['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const

export type RefundState = (typeof refundStates)[number]

/** A refund as WeChat Pay tells of it. Times are milliseconds, amounts fen. */
export type PayRefund = {
  /** WeChat's own number. */
  refundId: string
  /** `out_refund_no` */
  refundNo: string
  /** `out_trade_no` */
  billId: string
  transactionId: string
  state: RefundState
  refundFen: number
  /** Of the order. */
  totalFen: number
  succeededAt: number | null
  /** Where the money went, in WeChat's words. */
  receivedBy: string | null
}

/**
 * `refundNo` is what makes it one refund: sent again with the same words it is not done again. `totalFen` is that of the
 * order. `reason` (80 bytes) is shown to the user. `notifyUrl`: https, without a query.
 */
export type NewRefund = {
  billId: string
  refundNo: string
  refundFen: number
  totalFen: number
  reason?: string | undefined
  notifyUrl?: string | undefined
}

const path = '/v3/refund/domestic/refunds'

/** Asks for a refund. Accepted is not done: that is told by a notification, or when asked. */
export async function requestRefund(
  channel: PayChannel,
  merchant: MerchantCredential,
  refund: NewRefund,
): Promise<PayRefund> {
  const { billId, refundNo, refundFen, totalFen, reason, notifyUrl } = refund
  const body = {
    out_trade_no: billId,
    out_refund_no: refundNo,
    ...(reason !== undefined && { reason }),
    ...(notifyUrl !== undefined && { notify_url: notifyUrl }),
    amount: { refund: refundFen, total: totalFen, currency: 'CNY' },
  }
  const answer = await channel.call(merchant, { method: 'POST', name: path, path, body })
  createFieldReader(answer, unreadable(path)).same('out_refund_no', refundNo)
  return toPayRefund(answer, 'status', unreadable(path))
}

/** Null where this merchant has no refund of that number: one that was asked for a moment ago may still arrive. */
export async function findRefund(
  channel: PayChannel,
  merchant: MerchantCredential,
  refundNo: string,
): Promise<PayRefund | null> {
  const name = `${path}/{refundNo}`
  try {
    const call = {
      method: 'GET',
      name,
      path: `${path}/${encodeURIComponent(refundNo)}`,
      isQuery: true,
    } as const
    const answer = await channel.call(merchant, call)
    createFieldReader(answer, unreadable(name)).same('out_refund_no', refundNo)
    return toPayRefund(answer, 'status', unreadable(name))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** `stateField`: notifications name it otherwise than answers. */
export function toPayRefund(
  fields: Fields | null,
  stateField: 'status' | 'refund_status',
  toError: ToError,
): PayRefund {
  const read = createFieldReader(fields, toError)
  const amount = createFieldReader(read.inner('amount'), toError)
  return {
    refundId: read.text('refund_id'),
    refundNo: read.text('out_refund_no'),
    billId: read.text('out_trade_no'),
    transactionId: read.text('transaction_id'),
    state: read.oneOf(stateField, refundStates),
    refundFen: amount.fen('refund'),
    totalFen: amount.fen('total'),
    succeededAt: read.optionalTime('success_time'),
    receivedBy: read.optionalText('user_received_account'),
  }
}
