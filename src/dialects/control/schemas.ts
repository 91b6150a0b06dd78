import { Type } from 'typebox'

export const appParams = Type.Object({ appId: Type.String(), credential: Type.Optional(Type.String()) })

export const codeQuery = Type.Object({ code: Type.String({ minLength: 1, maxLength: 256 }) })

export const userInfoQuery = Type.Object({ refresh: Type.Optional(Type.Boolean()) })

export const tokenQuery = Type.Object({ token: Type.Optional(Type.String()) })

/** The document says `sessionkey`, the first implementation read `token`: both are taken. `rawData` and `signature` are ours. */
export const decodeQuery = Type.Object({
  sessionkey: Type.Optional(Type.String()),
  token: Type.Optional(Type.String()),
  encryptedData: Type.Optional(Type.String()),
  iv: Type.Optional(Type.String()),
  rawData: Type.Optional(Type.String()),
  signature: Type.Optional(Type.String()),
})

const colourPart = Type.Union([Type.Integer(), Type.String()])

/** `lineColor` is an object, or the JSON text of one. `checkPath` and `envVersion` are added to the contract. */
export const codeBody = Type.Object({
  scene: Type.Optional(Type.String()),
  page: Type.Optional(Type.String()),
  width: Type.Optional(Type.Integer()),
  autoColor: Type.Optional(Type.Boolean()),
  lineColor: Type.Optional(
    Type.Union([Type.Object({ r: colourPart, g: colourPart, b: colourPart }), Type.String()]),
  ),
  isHyaline: Type.Optional(Type.Boolean()),
  checkPath: Type.Optional(Type.Boolean()),
  envVersion: Type.Optional(Type.String()),
})
