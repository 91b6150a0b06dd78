import type { App } from '../apps/app-store.ts'
import { originalIdOf } from '../apps/original-id.ts'
import type { RandomBytes } from '../random-bytes.ts'
import { eventKinds } from './event-kinds.ts'
import type { Fields } from './field-value.ts'
import type { Given, MessageKind } from './message-kinds.ts'
import { messageKinds } from './message-kinds.ts'

export type Order = {
  app: App
  openid: string
  type: string
  event: string | null
  /** Unix seconds. */
  createTime: number
  /** Messages have one, events do not. */
  msgId: bigint
  given: Omit<Partial<Given>, 'openid' | 'appid'>
}

/** Null for a kind that WeChat is not known to have. */
export function findKind(type: string, event: string | null): MessageKind | null {
  const [kinds, name] = event === null ? [messageKinds, type] : [eventKinds, event]
  return Object.hasOwn(kinds, name) ? (kinds[name] ?? null) : null
}

/** The fields in WeChat's order; of an unknown kind only those that all messages have. */
export function composeMessage({ app, openid, type, event, createTime, msgId, given }: Order): Fields {
  const kind = findKind(type, event)
  const own = kind?.fields({ ...given, openid, appid: app.appid }) ?? {}
  return {
    ToUserName: originalIdOf(app),
    FromUserName: openid,
    CreateTime: createTime,
    MsgType: type,
    ...(event === null ? { ...own, MsgId: msgId } : { Event: event, ...own }),
  }
}

/** A 64-bit number that no JavaScript number can hold: 19 digits. */
export function createMsgId(random: RandomBytes): bigint {
  return (random(8).readBigUInt64BE() >> 2n) | (1n << 61n)
}

const listNames: Record<string, string> = {
  subscribe_msg_popup_event: 'SubscribeMsgPopupEvent',
  subscribe_msg_change_event: 'SubscribeMsgChangeEvent',
  subscribe_msg_sent_event: 'SubscribeMsgSentEvent',
}

/** In XML the lists of subscription events stand in an element named after the event. */
export function wrapList(fields: Fields): Fields {
  const { List: list, ...others } = fields
  const name = listNames[String(fields.Event)]
  return list === undefined || name === undefined ? fields : { ...others, [name]: { List: list } }
}
