import { type Static, Type } from 'typebox'

export const loginBody = Type.Object({ jscode: Type.String({ minLength: 1, maxLength: 256 }) })

/** `checkPath` and `envVersion` are added to the contract. */
export const codeBody = Type.Object({
  page: Type.Optional(Type.String()),
  scene: Type.Optional(Type.String()),
  checkPath: Type.Optional(Type.Boolean()),
  envVersion: Type.Optional(Type.String()),
})

export type CodeBody = Static<typeof codeBody>

/** `refundFee` 0 or absent: all that is left. */
export const refundBody = Type.Object({
  billId: Type.String({ minLength: 1, maxLength: 32 }),
  refundFee: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
})

export type RefundBody = Static<typeof refundBody>

export const userInfoBody = Type.Object({
  nickName: Type.Optional(Type.String()),
  avatarUrl: Type.Optional(Type.String()),
  gender: Type.Optional(Type.Integer()),
  city: Type.Optional(Type.String()),
  province: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  language: Type.Optional(Type.String()),
})

export type UserInfo = Static<typeof userInfoBody>
