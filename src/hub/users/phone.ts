import { HubError } from '../errors.ts'

/** A mainland mobile number, or `+`, country code and number as in E.164. Throws bad_request. */
export function parsePhone(text: string): string {
  const isMainland = /^1[3-9]\d{9}$/.test(text)
  const isInternational = /^\+[1-9]\d{6,14}$/.test(text)
  if (!isMainland && !isInternational) throw new HubError('bad_request', 'the phone number is malformed')
  return text
}
