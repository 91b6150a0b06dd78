import { HubError } from './errors.ts'

/** Throws bad_request unless this can name a thing: 1 to 64 characters, no control character, no blank at an end. */
export function checkName(name: string): void {
  if (/^(?!\s)[^\p{Cc}\p{Cs}]{1,64}(?<!\s)$/u.test(name)) return
  throw new HubError('bad_request', 'name has 1 to 64 characters, and no blank at either end')
}
