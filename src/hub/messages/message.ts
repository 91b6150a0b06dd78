import type { CommonContent } from '../../wechat/gateway/to-message.ts'

/** What WeChat pushed to an app, as it is stored. */
export type Message = {
  id: number
  appId: string
  /** Who sent it, or did what it tells of. */
  openId: string
  /** WeChat's MsgType: text, image, event …; one that we do not know is kept as it is. */
  kind: string
  /** WeChat's Event where `kind` is event; else null. */
  event: string | null
  /** When it happened, by WeChat's clock: unix milliseconds. */
  createdAt: number
  receivedAt: number
  content: MessageContent
}

/**
 * All other fields: those that we know (see `wechat/gateway/message-fields.ts`) by our names and checked for their
 * form, the rest by WeChat's. 64-bit numbers are texts.
 */
export type MessageContent = CommonContent & { readonly [name: string]: unknown }
