import { findPayFailure } from '../../wechat/pay/pay-failure.ts'
import { HubError } from '../errors.ts'
import type { Payment, PaymentInput } from './payment.ts'

/** WeChat's rules for an order (JSAPI). Throws bad_request. */
export function checkPaymentInput({ billId, total, description, attach }: PaymentInput): void {
  if (!/^[0-9A-Za-z_\-|*]{6,32}$/.test(billId)) {
    throw bad("billId has 6 to 32 of WeChat's characters: letters, digits, _ - | *")
  }
  if (!Number.isSafeInteger(total) || total < 1) throw bad('total is a whole number of fen, 1 at least')
  checkText('description', description, { min: 1, max: 127 })
  checkText('attach', attach ?? '', { min: 0, max: 128 })
}

/** The same bill again is the same order, or none. */
export function requireSameOrder(known: Payment, wanted: PaymentInput & { appId: string }): void {
  const isSame =
    known.appId === wanted.appId && known.total === wanted.total && known.openId === wanted.openId
  if (!isSame || known.origin !== 'created') {
    throw new HubError('conflict', 'the billId belongs to another payment')
  }
  if (known.state === 'paid') throw new HubError('conflict', 'the bill is paid')
}

const conflicts: Record<string, string> = {
  ORDER_PAID: 'the bill is paid',
  ORDER_CLOSED: 'the bill is closed: make a new one',
  OUT_TRADE_NO_USED: 'the billId belongs to another payment',
}

/** What WeChat's refusal of an order means to who asked for it. */
export function toOrderRefusal(error: unknown): unknown {
  const failure = findPayFailure(error)
  if (failure?.outcome !== 'refused' || failure.answer === null || failure.doubt !== null) return error
  const { code, message } = failure.answer
  const conflict = conflicts[code]
  if (conflict !== undefined) return new HubError('conflict', conflict, { cause: failure })
  const isOurs = error instanceof HubError && error.code === 'app_misconfigured'
  return isOurs ? error : new HubError('payment_refused', `${code} ${message}`, { cause: failure })
}

function checkText(name: string, text: string, { min, max }: { min: number; max: number }): void {
  const isFine = text.length >= min && text.length <= max && text.isWellFormed() && !/\p{Cc}/u.test(text)
  if (!isFine) throw bad(`${name} has ${min} to ${max} characters, and none that is no text`)
}

function bad(message: string): HubError {
  return new HubError('bad_request', message)
}
