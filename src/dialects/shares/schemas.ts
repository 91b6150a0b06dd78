import { type Static, Type } from 'typebox'

export const loginBody = Type.Object({
  jscode: Type.Optional(Type.String({ maxLength: 256 })),
  isUpdateUser: Type.Optional(Type.Boolean()),
})

export const emptyBody = Type.Object({})

export const userInfoBody = Type.Object({
  sessionID: Type.Optional(Type.String()),
  nickName: Type.Optional(Type.String()),
  avatarURL: Type.Optional(Type.String()),
  gender: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
  city: Type.Optional(Type.String()),
  province: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  language: Type.Optional(Type.String()),
})

export type UserInfo = Static<typeof userInfoBody>

/** `checkPath` and `envVersion` are added to the contract. */
export const codeBody = Type.Object({
  page: Type.Optional(Type.String()),
  scene: Type.Optional(Type.String()),
  checkPath: Type.Optional(Type.Boolean()),
  envVersion: Type.Optional(Type.String()),
})

export type CodeBody = Static<typeof codeBody>

export const settingBody = Type.Object({
  key: Type.Optional(Type.String()),
  value: Type.Optional(Type.String()),
})
