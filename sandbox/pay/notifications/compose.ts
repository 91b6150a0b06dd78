import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { RandomBytes } from '../../random-bytes.ts'
import { toBeijingTime } from '../beijing-time.ts'
import { createNonce } from '../create-nonce.ts'
import { encryptResource } from '../crypto/aead.ts'

export type PayEvent = {
  kind: 'transaction' | 'refund'
  eventType: string
  summary: string
  /** What is encrypted. */
  data: object
}

/** The JSON that is posted; its resource is under the merchant's APIv3 key. */
export function composeNotification(
  { clock, random }: { clock: Clock; random: RandomBytes },
  { kind, eventType, summary, data }: PayEvent,
  apiV3Key: string,
): { id: string; body: string } {
  const id = randomUUID()
  const nonce = createNonce(random, 12)
  const text = JSON.stringify(data)
  const body = JSON.stringify({
    id,
    create_time: toBeijingTime(clock.now()),
    resource_type: 'encrypt-resource',
    event_type: eventType,
    summary,
    resource: {
      original_type: kind,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: encryptResource(text, { key: apiV3Key, nonce, associatedData: kind }),
      associated_data: kind,
      nonce,
    },
  })
  return { id, body }
}
