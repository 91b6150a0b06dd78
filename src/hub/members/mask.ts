import type { PersonalData } from './personal-data.ts'

const hidden = '***'

/** What was shown masked and is sent back says nothing. */
export function isMasked(text: string): boolean {
  return text.includes(hidden)
}

/** `138****5678`; of a short one less. */
export function maskPhone(phone: string): string {
  return phone.length >= 11 ? maskMiddle(phone, 3, 4) : maskMiddle(phone, 2, 2)
}

export function maskPersonal({ name, phone, idCard, sex, birthday, address }: PersonalData): PersonalData {
  return {
    name: maskMiddle(name, 1, 0),
    phone: phone && maskPhone(phone),
    idCard: idCard && (idCard.length === 18 ? maskMiddle(idCard, 3, 4) : maskMiddle(idCard, 1, 1)),
    sex,
    birthday: birthday && maskMiddle(birthday, 4, 0),
    address: address && maskMiddle(address, 3, 0),
  }
}

function maskMiddle(text: string, start: number, end: number): string {
  const characters = [...text]
  if (characters.length <= start + end) return `${characters.slice(0, 1).join('')}${hidden}`
  // How long a name is tells a good deal of it.
  if (end === 0) return characters.slice(0, start).join('') + hidden
  const stars = '*'.repeat(Math.max(hidden.length, Math.min(characters.length - start - end, 11)))
  return characters.slice(0, start).join('') + stars + characters.slice(characters.length - end).join('')
}
