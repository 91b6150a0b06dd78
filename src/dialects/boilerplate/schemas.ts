import { Type } from 'typebox'

export const loginBody = Type.Object({ code: Type.String({ minLength: 1, maxLength: 256 }) })
