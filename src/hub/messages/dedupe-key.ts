import { sha256 } from '../../sha256.ts'
import type { Message } from './message.ts'

const keyLength = 16

/**
 * What the repeats of a message have in common, and no other message has: WeChat pushes up to three times. A
 * message has an id; an event is known by who did what when, and where several can happen in one second, by the
 * id of what it tells about.
 */
export function dedupeKeyOf({ appId, openId, kind, event, createdAt, content }: Omit<Message, 'id'>): Buffer {
  const { msgId, eventKey, traceId } = content
  const parts =
    event === null && msgId !== undefined
      ? [appId, kind, msgId]
      : event === null
        ? [appId, kind, openId, createdAt, content]
        : [appId, kind, openId, createdAt, event, eventKey ?? '', msgId ?? '', traceId ?? '']
  return sha256(JSON.stringify(parts)).subarray(0, keyLength)
}
