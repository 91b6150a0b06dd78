import { Type } from 'typebox'

export const appParams = Type.Object({ appId: Type.String(), credential: Type.Optional(Type.String()) })

export const codeQuery = Type.Object({ code: Type.String({ minLength: 1, maxLength: 256 }) })

export const userInfoQuery = Type.Object({ refresh: Type.Optional(Type.Boolean()) })

export const tokenQuery = Type.Object({ token: Type.Optional(Type.String()) })

/** The document says `sessionkey`, the first implementation read `token`: both are taken. */
export const decodeQuery = Type.Object({
  sessionkey: Type.Optional(Type.String()),
  token: Type.Optional(Type.String()),
  encryptedData: Type.Optional(Type.String()),
  iv: Type.Optional(Type.String()),
})
