import type { Reply } from '../../http/reply.ts'
import type { SandboxRequest } from '../../http/request.ts'
import type { Pay } from '../pay.ts'
import type { Tampering } from '../signed-headers.ts'
import { createSignedHeaders, tamperBody } from '../signed-headers.ts'
import { findClaimedMchid } from './verify-authorization.ts'

/**
 * Signs what is sent, errors too. What is no JSON, such as the page of a broken gateway, and empty
 * refusals of unknown paths come unsigned.
 */
export function signAnswer(pay: Pay, request: SandboxRequest, reply: Reply, tampering?: Tampering): Reply {
  if (reply.status !== 204 && !reply.contentType.startsWith('application/json')) return reply
  if (reply.status === 401 && !pay.rules.signUnauthorized) return reply
  const body = String(reply.body)
  const headers = createSignedHeaders(pay, { signer: findSigner(pay, request), body, tampering })
  return { ...reply, body: tamperBody(body, tampering), headers: { ...reply.headers, ...headers } }
}

/** The public key for who names it or has nothing else, a platform certificate for all others. */
function findSigner({ merchants, platform }: Pay, request: SandboxRequest) {
  const wanted = merchants.findByPublicKeyId(String(request.headers['wechatpay-serial']))
  const merchant = wanted ?? merchants.find(findClaimedMchid(request) ?? '')
  const usesPublicKey = merchant !== null && (wanted !== null || merchant.keyMode === 'public_key')
  return usesPublicKey && merchant.keyMode !== 'certificate' ? merchant.publicKeySigner : platform.getSigner()
}
