import { HubError } from '../errors.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkDigits = '10X98765432'

/**
 * The number of an identity document in capitals. One of 18 characters is a resident's: its check digit must fit
 * (GB 11643-1999). Others are passports and permits, which have none. Throws bad_request.
 */
export function parseIdCard(text: string): string {
  const number = text.trim().toUpperCase()
  const isSound = number.length === 18 ? hasCheckDigit(number) : /^[A-Z0-9()/-]{5,32}$/.test(number)
  if (!isSound) throw new HubError('bad_request', 'idCard is malformed, or its check digit does not fit')
  return number
}

function hasCheckDigit(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false
  const sum = weights.reduce((total, weight, at) => total + weight * Number(number[at]), 0)
  return number[17] === checkDigits[sum % 11]
}
