import type { Sql } from '../../database/database.ts'
import type { Message } from './message.ts'

/** Who wants to be told of messages. Deliveries are stored with the message, in one transaction, or not at all. */
export type Subscribers = {
  /** Ids of the webhooks that want this message; from memory, nothing is awaited. */
  match: (message: Pick<Message, 'appId' | 'kind' | 'event'>) => readonly number[]
  insertDeliveries: (
    sql: Sql,
    deliveries: readonly { messageId: number; webhookId: number }[],
    now: number,
  ) => Promise<void>
  /** Deliveries were stored: begin. */
  wake: () => void
}
