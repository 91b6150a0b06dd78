import { hash } from 'node:crypto'
import type { Secret } from '../../secret.ts'

export type PageToSign = {
  ticket: Secret
  nonceStr: string
  /** In unix seconds. */
  timestamp: number
  /** Raw, as the browser has it, without the `#…` part. */
  url: string
}

/** The signature that `wx.config` brings: SHA-1 of four raw values in this order, as lower-case hex (JS-SDK manual, appendix 1). */
export function signPage({ ticket, nonceStr, timestamp, url }: PageToSign): string {
  return hash(
    'sha1',
    `jsapi_ticket=${ticket.reveal()}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${url}`,
  )
}
