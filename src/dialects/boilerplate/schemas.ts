import { Type } from 'typebox'

export const profileBody = Type.Object({
  iv: Type.String({ minLength: 1, maxLength: 64 }),
  encrypted_data: Type.String({ minLength: 1, maxLength: 16_384 }),
})

export const loginBody = Type.Object({ code: Type.String({ minLength: 1, maxLength: 256 }) })
