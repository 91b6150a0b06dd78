import { type Static, Type } from 'typebox'

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const text = Type.Optional(Type.String({ maxLength: 1024 }))

export const idQuery = Type.Object({ id })

export const openIdQuery = Type.Object({ openId: Type.String({ minLength: 1, maxLength: 256 }) })

export const idList = Type.Array(
  Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
  { maxItems: 1000 },
)

/** `memberId` is taken and ignored: binding has its own calls. */
export const buyerBody = Type.Object({
  id: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  openId: text,
  name: text,
  profile: text,
  phone: text,
  tenantId: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  memberId: Type.Optional(Type.Integer()),
})

export const memberBody = Type.Object({
  wxBuyingUserId: id,
  name: text,
  phone: text,
  sex: Type.Optional(Type.Integer()),
  birthday: text,
  idCard: text,
  address: text,
})

export type MemberBody = Static<typeof memberBody>
