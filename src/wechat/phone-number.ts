import { HubError } from '../hub/errors.ts'
import type { Secret } from '../secret.ts'
import type { Upstream } from './upstream.ts'

/** `pure` is the number without its country code; `countryCode` has no plus. */
export type PhoneNumber = { pure: string; countryCode: string }

export type PhoneQuestion = { appId: string; accessToken: Secret; code: string; openId: string }

// The code is of another user, or of another app.
const strangeCode = new Set([40003, 40013])

/**
 * `/wxa/business/getuserphonenumber`. The code comes from the phone button, lives 5 minutes and works once;
 * each call costs money, so it is never sent again by itself.
 */
export async function fetchPhoneNumber(api: Upstream, question: PhoneQuestion): Promise<PhoneNumber> {
  const path = '/wxa/business/getuserphonenumber'
  const { appId, accessToken, code, openId } = question
  const query = { access_token: accessToken.reveal() }
  try {
    const answer = await api.call({ method: 'POST', path, query, body: { code, openid: openId } })
    const number = readPhoneNumber(appId, answer.phone_info)
    if (number !== null) return number
  } catch (error) {
    if (!(error instanceof HubError) || !strangeCode.has(error.upstream?.errcode ?? 0)) throw error
    throw new HubError('code_refused', 'the code is of another user or app', { cause: error.upstream })
  }
  throw new HubError('upstream_unavailable', `WeChat answered no phone number of this app to ${path}`)
}

/**
 * The number in `phone_info`, or in what the phone button encrypts. Null unless every field is there, the
 * number with and without its country code agree, and the watermark is the app's. Strict for a reason: of
 * encrypted data, the first 16 bytes can be steered by whoever chooses the iv.
 */
export function readPhoneNumber(appId: string, info: unknown): PhoneNumber | null {
  const fields = Object(info) as Record<string, unknown>
  const { phoneNumber, purePhoneNumber: pure } = fields
  // A number in old samples.
  const countryCode = String(fields.countryCode)
  if (Reflect.get(Object(fields.watermark), 'appid') !== appId) return null
  if (typeof pure !== 'string' || !/^\d{4,14}$/.test(pure) || !/^[1-9]\d{0,3}$/.test(countryCode)) return null
  if (typeof phoneNumber !== 'string') return null
  const digits = phoneNumber.replace(/[+ -]/g, '')
  return digits === pure || digits === countryCode + pure ? { pure, countryCode } : null
}
