import { HubError } from '../errors.ts'
import { type CardState, isMadeNumber } from './member.ts'
import { type PersonalData, type PersonalInput, parsePersonal } from './personal-data.ts'

export type NewMemberInput = {
  personal: PersonalInput
  /** The tenant's own number of the member. */
  number?: string | undefined
  cardState?: CardState | undefined
}

export const noData: PersonalData = {
  name: '',
  phone: null,
  idCard: null,
  sex: null,
  birthday: null,
  address: null,
}

/** What a new member must have. Throws bad_request. */
export function parseNew({ personal, number }: NewMemberInput, now: number): PersonalData {
  const data = { ...noData, ...parsePersonal(personal, now) }
  if (data.name === '') throw new HubError('bad_request', 'name is missing')
  if (data.phone === null && data.idCard === null)
    throw new HubError('bad_request', 'phone or idCard is missing')
  if (number !== undefined) checkNumber(number)
  return data
}

/** A tenant's own number. Throws bad_request. */
export function checkNumber(number: string): void {
  if (/^[\w-]{1,32}$/.test(number) && !isMadeNumber(number)) return
  throw new HubError(
    'bad_request',
    'number has 1 to 32 letters, digits, - and _, and is not of the form M00000001',
  )
}
