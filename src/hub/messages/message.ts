import type { ContentOf, eventFields, kindFields } from '../../wechat/gateway/message-fields.ts'
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
 * All other fields: those that we know by our names and checked for their form (see `MessageOf`, `EventOf`), the
 * rest by WeChat's. 64-bit numbers are texts.
 */
export type MessageContent = CommonContent & { readonly [name: string]: unknown }

/** The content of a message of a known kind. */
export type MessageOf<K extends keyof typeof kindFields> = CommonContent & ContentOf<(typeof kindFields)[K]>

/** The content of a known event. */
export type EventOf<E extends keyof typeof eventFields> = CommonContent & ContentOf<(typeof eventFields)[E]>
