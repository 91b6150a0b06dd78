import { sha256 } from '../../sha256.ts'
import type { Actor } from '../audit/actor.ts'
import { HubError } from '../errors.ts'

/** Who asks: limits are fen, null where there is none. */
export type RefundCaller = {
  /** Whose idempotency keys are meant. */
  id: string
  /** As the audit log names them. */
  actor: Actor
  /** Of the API key, where it is one that has limits. */
  keyId: number | null
  refundLimit: number | null
  refundDailyLimit: number | null
}

/** `fee` in fen; 0: all that is left. */
export type RefundRequest = {
  billId: string
  fee: number
  reason: string | null
  idempotencyKey: string | null
  caller: RefundCaller
}

/** Throws bad_request; a bill of any other form is none that WeChat can have. */
export function checkRefundRequest({ billId, fee, reason, idempotencyKey }: RefundRequest): void {
  if (!/^[0-9A-Za-z_\-|*]{1,32}$/.test(billId)) throw bad('billId is none')
  if (!Number.isSafeInteger(fee) || fee < 0) throw bad('the fee is a whole number of fen, and not negative')
  if (idempotencyKey !== null && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw bad('Idempotency-Key has 1 to 255 visible characters')
  }
  if (reason !== null) checkReason(reason)
}

/** What has to be the same when an idempotency key comes again. */
export function fingerprintOf({ billId, fee, reason }: RefundRequest): Buffer {
  return sha256(JSON.stringify([billId, fee, reason]))
}

/** WeChat shows it to the payer, and takes 80 bytes. */
function checkReason(reason: string): void {
  const size = Buffer.byteLength(reason)
  if (size < 1 || size > 80 || !reason.isWellFormed() || /\p{Cc}/u.test(reason)) {
    throw bad('reason has 1 to 80 bytes of text')
  }
}

function bad(message: string): HubError {
  return new HubError('bad_request', message)
}
