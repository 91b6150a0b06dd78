// Without a separator the numbering plan tells where the country code ends: one, two or three digits.
const international =
  /^\+(?:(\d{1,3})[ -]|(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}))(\d+)$/

/** Numbers from outside China carry their country code in `phoneNumber`. */
export function toPhoneNumber(phone: string) {
  const [, separated, planned, rest = phone] = international.exec(phone) ?? []
  const countryCode = separated ?? planned ?? '86'
  const phoneNumber = countryCode === '86' ? rest : `+${countryCode}${rest}`
  return { phoneNumber, purePhoneNumber: rest, countryCode }
}
