import { HubError } from '../errors.ts'

/** Throws bad_request for a text that is too long or holds control characters; PostgreSQL cannot store NUL. */
export function checkText(name: string, value: string, maxLength: number): void {
  if (value.length > maxLength) {
    throw new HubError('bad_request', `${name} is longer than ${maxLength} characters`)
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(value)) {
    throw new HubError('bad_request', `${name} holds a control character`)
  }
}
