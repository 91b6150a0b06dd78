import type { IncomingHttpHeaders } from 'node:http'
import { HubError } from '../../hub/errors.ts'
import type { Secret } from '../../secret.ts'
import { DoubtError } from './doubt-error.ts'
import type { MerchantCredential } from './merchant-credential.ts'
import { type PayOrder, toPayOrder } from './orders.ts'
import type { PayChannel } from './pay-channel.ts'
import type { Doubt } from './pay-failure.ts'
import { createFieldReader, type Fields } from './read-fields.ts'
import { type PayRefund, toPayRefund } from './refunds.ts'
import { decryptResource, type EncryptedResource, findResource } from './resource.ts'

/** As it came; the headers in lower case. */
export type PayPush = { headers: IncomingHttpHeaders; body: Buffer }

/** `id` names the notification; what it tells of may come again under another id. other: nothing the hub knows. */
export type PayNotification = { id: string; eventType: string } & (
  | { kind: 'payment'; order: PayOrder }
  | { kind: 'refund'; refund: PayRefund }
  | { kind: 'other' }
)

/**
 * Verifies a notification on its raw bytes, then decrypts it. Throws forbidden where WeChat Pay did not sign it within
 * the last five minutes (findDoubt tells why), bad_request where it is malformed, upstream_* where the certificate
 * that it names cannot be had now. A replayed one passes: what it tells is true, only not new.
 */
export async function readNotification(
  channel: PayChannel,
  merchant: MerchantCredential,
  push: PayPush,
): Promise<PayNotification> {
  try {
    await channel.verify(merchant, push)
    return parseNotification(merchant, push.body)
  } catch (error) {
    if (error instanceof DoubtError) throw new HubError('forbidden', error.message, { cause: error })
    throw error
  }
}

/** Why a notification was not believed; null: it was refused for something else. */
export function findDoubt(error: unknown): Doubt | null {
  const cause = error instanceof HubError ? error.cause : null
  return cause instanceof DoubtError ? cause.doubt : null
}

function parseNotification({ mchid, apiV3Key }: MerchantCredential, body: Buffer): PayNotification {
  const read = createFieldReader(parseJson(body.toString()), malformed)
  const about = { id: read.text('id'), eventType: read.text('event_type') }
  const resource = findResource(read.value('resource'))
  if (resource === null) throw malformed('resource')
  const fields = parseJson(decrypt(apiV3Key, resource))
  createFieldReader(fields, malformed).same('mchid', mchid)
  if (about.eventType.startsWith('TRANSACTION.'))
    return { ...about, kind: 'payment', order: toPayOrder(fields, mchid, malformed) }
  if (about.eventType.startsWith('REFUND.'))
    return { ...about, kind: 'refund', refund: toPayRefund(fields, 'refund_status', malformed) }
  return { ...about, kind: 'other' }
}

function decrypt(apiV3Key: Secret, resource: EncryptedResource): string {
  try {
    return decryptResource(apiV3Key, resource)
  } catch (cause) {
    throw new DoubtError('undecryptable', { cause })
  }
}

function parseJson(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Fields | null) : null
  } catch {
    throw malformed('JSON')
  }
}

function malformed(what: string): HubError {
  return new HubError('bad_request', `a notification of WeChat Pay without a good ${what}`)
}
