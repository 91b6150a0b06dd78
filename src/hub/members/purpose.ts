import { HubError } from '../errors.ts'

/** Throws bad_request unless it says something, in 2 to 200 characters. It goes into the audit log as it is. */
export function checkPurpose(purpose: string): void {
  if (/^(?!\s)[^\p{Cc}\p{Cs}]{2,200}(?<!\s)$/u.test(purpose)) return
  throw new HubError('bad_request', 'purpose has 2 to 200 characters, and no blank at either end')
}
