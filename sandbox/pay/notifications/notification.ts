import type { Tampering } from '../signed-headers.ts'

export type Attempt = {
  at: number
  /** Null: no answer, and `error` says why. */
  status: number | null
  body: string
  error?: string
  tampering?: Tampering
}

export type Notification = {
  id: string
  mchid: string
  eventType: string
  outTradeNo: string
  outRefundNo: string | null
  url: string
  /** As it is sent each time; only the signature is new. */
  body: string
  createdAt: number
  state: 'held' | 'waiting' | 'delivered' | 'given_up'
  attempts: Attempt[]
  nextAt: number | null
}
