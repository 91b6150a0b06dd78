import { toBeijingTime } from '../beijing-time.ts'
import type { PayRoute } from '../calls/pay-route.ts'
import { createNonce } from '../create-nonce.ts'
import { encryptResource } from '../crypto/aead.ts'
import type { Pay } from '../pay.ts'
import { PayError } from '../pay-error.ts'

const associatedData = 'certificate'

export function createCertificateRoutes({ platform, random }: Pay): PayRoute[] {
  return [
    {
      method: 'GET',
      path: '/v3/certificates',
      answer({ merchant }) {
        if (merchant.keyMode === 'public_key') {
          const message = '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。'
          throw new PayError(404, 'RESOURCE_NOT_EXISTS', message)
        }
        const key = merchant.apiV3Key
        const data = platform.list().map(({ serial, certificate, effectiveAt, expiresAt }) => {
          const nonce = createNonce(random, 12)
          return {
            effective_time: toBeijingTime(effectiveAt),
            encrypt_certificate: {
              algorithm: 'AEAD_AES_256_GCM',
              associated_data: associatedData,
              ciphertext: encryptResource(certificate, { key, nonce, associatedData }),
              nonce,
            },
            expire_time: toBeijingTime(expiresAt),
            serial_no: serial,
          }
        })
        return { data }
      },
    },
  ]
}
