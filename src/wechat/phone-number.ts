import { HubError } from '../hub/errors.ts'
import type { Secret } from '../secret.ts'
import { textField, type Upstream } from './upstream.ts'

/** `pure` is the number without its country code; `countryCode` has no plus. */
export type PhoneNumber = { pure: string; countryCode: string }

export type PhoneQuestion = { accessToken: Secret; code: string; openId: string }

// The code is of another user, or of another app.
const strangeCode = new Set([40003, 40013])

/**
 * `/wxa/business/getuserphonenumber`. The code comes from the phone button, lives 5 minutes and works once;
 * each call costs money, so it is never sent again by itself.
 */
export async function fetchPhoneNumber(api: Upstream, question: PhoneQuestion): Promise<PhoneNumber> {
  const path = '/wxa/business/getuserphonenumber'
  const { accessToken, code, openId } = question
  const query = { access_token: accessToken.reveal() }
  try {
    const answer = await api.call({ method: 'POST', path, query, body: { code, openid: openId } })
    const info = Object(answer.phone_info) as Record<string, unknown>
    // A number in old samples.
    return { pure: textField(path, info, 'purePhoneNumber'), countryCode: String(info.countryCode ?? '86') }
  } catch (error) {
    if (!(error instanceof HubError) || !strangeCode.has(error.upstream?.errcode ?? 0)) throw error
    throw new HubError('code_refused', 'the code is of another user or app', { cause: error.upstream })
  }
}
