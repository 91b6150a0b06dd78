import { Type } from 'typebox'

export const profileBody = Type.Object({
  iv: Type.String({ minLength: 1, maxLength: 64 }),
  encrypted_data: Type.String({ minLength: 1, maxLength: 16_384 }),
  raw_data: Type.Optional(Type.String({ maxLength: 16_384 })),
  signature: Type.Optional(Type.String({ maxLength: 64 })),
})

export const loginBody = Type.Object({ code: Type.String({ minLength: 1, maxLength: 256 }) })

export const authorizeQuery = Type.Object({ redirect: Type.Optional(Type.String()) })

/** Without a code where the user refused. */
export const callbackQuery = Type.Object({
  code: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
})

export const indexQuery = Type.Object({ login: Type.Optional(Type.String()) })
