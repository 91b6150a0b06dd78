import { HubError } from '../errors.ts'
import { checkText } from '../users/check-text.ts'
import { parsePhone } from '../users/phone.ts'
import { parseBirthday } from './birthday.ts'
import { parseIdCard } from './id-card.ts'
import { isMasked } from './mask.ts'

/** What is sealed of a member. `birthday` is `yyyy-MM-dd`, `sex` a digit in the tenant's own meaning. */
export type PersonalData = {
  name: string
  phone: string | null
  idCard: string | null
  sex: number | null
  birthday: string | null
  address: string | null
}

/** As a caller sends it. Null, empty and masked values are not given. */
export type PersonalInput = { [K in keyof PersonalData]?: PersonalData[K] | null | undefined }

const maxNameLength = 64
const maxAddressLength = 256

/** Checks and normalises what is given, and drops the rest. Throws bad_request, which never holds the value. */
export function parsePersonal(input: PersonalInput, now: number): Partial<PersonalData> {
  const parsed: Partial<PersonalData> = {}
  const name = given(input.name)
  if (name !== null) parsed.name = parseText('name', name, maxNameLength)
  const phone = given(input.phone)
  if (phone !== null) parsed.phone = parsePhoneOfMember(phone)
  const idCard = given(input.idCard)
  if (idCard !== null) parsed.idCard = parseIdCard(idCard)
  const birthday = given(input.birthday)
  if (birthday !== null) parsed.birthday = parseBirthday(birthday, now)
  const address = given(input.address)
  if (address !== null) parsed.address = parseText('address', address, maxAddressLength)
  if (input.sex !== undefined && input.sex !== null) parsed.sex = parseSex(input.sex)
  return parsed
}

/** One number has one form: `+86` stands before no mainland number. */
function parsePhoneOfMember(text: string): string {
  return parsePhone(text.trim().replace(/^\+86(?=1\d{10}$)/, ''))
}

function parseText(name: string, text: string, maxLength: number): string {
  const trimmed = text.trim()
  checkText(name, trimmed, maxLength)
  if (!trimmed.isWellFormed()) throw new HubError('bad_request', `${name} is no text`)
  return trimmed
}

function parseSex(sex: number): number {
  if (Number.isInteger(sex) && sex >= 0 && sex <= 9) return sex
  throw new HubError('bad_request', 'sex is no digit')
}

function given(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' || isMasked(text) ? null : text
}
