import { createHmac, randomBytes } from 'node:crypto'
import { Secret } from '../../secret.ts'

const prefix = 'whsec_'

/** A new secret in the form of Standard Webhooks: 32 random bytes. */
export function issueSigningSecret(): Secret {
  return new Secret(prefix + randomBytes(32).toString('base64'))
}

type Signed = { id: string; timestamp: number; body: string }

/** The headers of Standard Webhooks (v1, HMAC-SHA256); one signature for each secret. `timestamp` is unix seconds. */
export function signWebhook(secrets: readonly Secret[], { id, timestamp, body }: Signed) {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.reveal().slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}
