import { hash } from 'node:crypto'
import { HubError } from '../hub/errors.ts'
import type { Secret } from '../secret.ts'
import type { Upstream } from './upstream.ts'

/** `encryptedData` as the client got it, in base64. */
export type EncryptedDataQuestion = { accessToken: Secret; encryptedData: string }

/**
 * `/wxa/business/checkencryptedmsg`: whether WeChat made this `encryptedData` for the app within the last 3
 * days. The hash is over the text alone: of the `iv`, and so of the first 16 bytes in plain, WeChat says nothing.
 */
export async function checkEncryptedData(api: Upstream, question: EncryptedDataQuestion): Promise<boolean> {
  const { accessToken, encryptedData } = question
  try {
    const answer = await api.call({
      method: 'POST',
      path: '/wxa/business/checkencryptedmsg',
      query: { access_token: accessToken.reveal() },
      body: { encrypted_msg_hash: hash('sha256', encryptedData) },
      isIdempotent: true,
    })
    // The name is WeChat's own slip.
    return answer.vaild === true
  } catch (error) {
    if (error instanceof HubError && error.upstream?.errcode === unknownData) return false
    throw error
  }
}

const unknownData = 1
