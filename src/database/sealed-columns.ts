import { createHmac } from 'node:crypto'
import type { DataKeys } from './data-keys.ts'
import { sealBytes, unsealText } from './sealing.ts'

/** Every sealed column and the purpose whose data key seals it. */
const purposes = {
  'app_secrets.sealed': 'app-secrets',
  'access_tokens.sealed': 'access-tokens',
  'apps.gateway_token': 'gateway-tokens',
  'apps.gateway_aes_key': 'gateway-aes-keys',
  'apps.gateway_previous_aes_key': 'gateway-aes-keys',
  'identities.session_keys': 'session-keys',
  'identities.oauth_tokens': 'oauth-tokens',
  'users.unverified_phone': 'unverified-phones',
  'users.verified_phone': 'verified-phones',
  'webhooks.secret': 'webhook-secrets',
  'webhooks.former_secret': 'webhook-secrets',
  'merchants.credential': 'merchant-credentials',
} as const

export type SealedColumn = keyof typeof purposes

export const sealingPurposes: readonly string[] = [...new Set(Object.values(purposes))]

export type SealedColumns = ReturnType<typeof createSealedColumns>

/** Seals and unseals column values, and makes keyed hashes to find sealed values by. */
export function createSealedColumns(dataKeys: DataKeys) {
  return {
    /** `row` names the row for ever: a sealed value opens only in its own table, column and row. */
    seal(column: SealedColumn, row: string, value: string): Buffer {
      const { id, key } = dataKeys.getByPurpose(purposes[column])
      return sealBytes(key, id, `${column}:${row}`, Buffer.from(value))
    },

    unseal(column: SealedColumn, row: string, sealed: Uint8Array): string {
      const { key, purpose } = dataKeys.getBySealed(sealed)
      if (purpose !== purposes[column]) throw new Error(`a value in ${column} was sealed for another purpose`)
      return unsealText(key, `${column}:${row}`, sealed)
    },

    /** HMAC-SHA256 under a random key of this tenant and field. */
    async hash(tenantId: number, field: string, value: string): Promise<Buffer> {
      const { key } = await dataKeys.obtain(`hash:${tenantId}:${field}`)
      return Buffer.from(createHmac('sha256', key).update(value).digest('binary'), 'latin1')
    },
  }
}
