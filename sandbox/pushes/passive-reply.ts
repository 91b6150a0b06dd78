import type { Fields, FieldValue } from './field-value.ts'

/** The part of each kind that has to be there, and a field of it; music may come without a picture. */
const contents: Record<string, [part: string, field: string | null] | null> = {
  text: ['Content', null],
  image: ['Image', 'MediaId'],
  voice: ['Voice', 'MediaId'],
  video: ['Video', 'MediaId'],
  music: ['Music', null],
  news: ['Articles', 'item'],
  transfer_customer_service: null,
}

/** What is wrong with an answer that shall reach the user; null when it can be shown. */
export function checkPassiveReply(reply: Fields, pushed: Fields): string | null {
  const { ToUserName, FromUserName, CreateTime, MsgType } = reply
  if (ToUserName !== pushed.FromUserName) return 'ToUserName is not the sender of the message'
  if (FromUserName !== pushed.ToUserName) return 'FromUserName is not the receiver of the message'
  if (!/^\d+$/.test(String(CreateTime))) return 'CreateTime is no number'
  if (typeof MsgType !== 'string' || !Object.hasOwn(contents, MsgType)) return 'MsgType is unknown'
  const content = contents[MsgType] ?? null
  if (content === null) return null
  const [part, field] = content
  const given = reply[part]
  return isPresent(field === null ? given : memberOf(given, field)) ? null : `${part} is missing or empty`
}

function memberOf(value: FieldValue | undefined, name: string): FieldValue | undefined {
  return typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined
}

function isPresent(value: FieldValue | undefined): boolean {
  return value !== undefined && value !== ''
}
