import { Type } from 'typebox'

export const profileBody = Type.Object({
  iv: Type.String({ minLength: 1, maxLength: 64 }),
  encrypted_data: Type.String({ minLength: 1, maxLength: 16_384 }),
  raw_data: Type.Optional(Type.String({ maxLength: 16_384 })),
  signature: Type.Optional(Type.String({ maxLength: 64 })),
})

export const loginBody = Type.Object({ code: Type.String({ minLength: 1, maxLength: 256 }) })
