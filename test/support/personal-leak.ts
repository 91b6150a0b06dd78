/** A person whom tests bring as a member or buyer: none of this may stand in plain in a database or a log. */
export const planted = {
  name: '欧阳测试者',
  phone: '13955667788',
  typedPhone: '13955667799',
  idCard: '11010519880808127X',
  birthday: '1988-08-08',
  address: '测试省保密市无名路 404 号',
} as const

const values = Object.entries(planted).map(([field, value]) => [field, Buffer.from(value)] as const)

/** Invariant: personal data is sealed at rest and never logged. Throws where some of it shows up, naming place and field. */
export function assertNoPersonalData(place: string, content: string | Buffer): void {
  const bytes = Buffer.from(content)
  const found = values.find(([, value]) => bytes.includes(value))
  if (found !== undefined) throw new Error(`the ${found[0]} of a test person stands in ${place}`)
}
