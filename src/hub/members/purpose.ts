import { HubError } from '../errors.ts'
import type { PersonalData } from './personal-data.ts'

/** Throws bad_request unless it says something, in 2 to 200 characters. */
export function checkPurpose(purpose: string): void {
  if (/^(?!\s)[^\p{Cc}\p{Cs}]{2,200}(?<!\s)$/u.test(purpose)) return
  throw new HubError('bad_request', 'purpose has 2 to 200 characters, and no blank at either end')
}

/** Mobile numbers and ID cards of the mainland, whose ever: an erasure does not reach them here. */
const numbers = /(?<![\w-])(?:(?:\+?86)?1[3-9]\d{9}|\d{17}[\dXx])(?![\w-])/g

/** The purpose as the audit log keeps it, for good: without what it asks for, and what it would ask for of others. */
export function toNotedPurpose(purpose: string, data: PersonalData | null): string {
  const { name, phone, idCard, birthday, address } = data ?? {}
  const plain = [name, phone, idCard, birthday, address].flatMap((value) => value || [])
  return plain.reduce((noted, value) => noted.replaceAll(value, '***'), purpose).replace(numbers, '***')
}
