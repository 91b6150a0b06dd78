import type { Message } from '../../hub/messages/message.ts'
import { toSeconds } from '../schemas.ts'

export function toMessage({ createdAt, receivedAt, ...shown }: Message) {
  return { ...shown, createdAt: toSeconds(createdAt), receivedAt: toSeconds(receivedAt) }
}
