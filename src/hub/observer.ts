import type { ErrorCode } from './errors.ts'

/** What the hub tells whoever measures it. Labels are few and never hold what a caller sent. */
export type Observer = {
  tokenRotated(kind: 'access_token' | 'jsapi_ticket', cause: string): void
  /** Somebody was served by work that was under way for another. */
  flightJoined(what: 'token' | 'ticket' | 'code'): void
  loginCompleted(contract: string): void
  /** A webhook was tried. */
  deliveryAttempted(outcome: string): void
  /** WeChat brought a message to the gateway. */
  messageReceived(outcome: 'stored' | 'duplicate'): void
  messageRefused(code: ErrorCode): void
  /** WeChat Pay told of something: what, or why it was refused (`probe`: WeChat tests whether we look). */
  payNotified(outcome: string): void
}

export const silentObserver: Observer = {
  tokenRotated: () => undefined,
  flightJoined: () => undefined,
  loginCompleted: () => undefined,
  deliveryAttempted: () => undefined,
  messageReceived: () => undefined,
  messageRefused: () => undefined,
  payNotified: () => undefined,
}
