import { Type } from 'typebox'
import { body, reply, seconds } from '../schemas.ts'

export const accessTokenReply = reply(
  'The current access token. Do not keep it: ask again for each piece of work',
  { accessToken: Type.String(), expiresAt: seconds('When WeChat ends it') },
  { accessToken: '89_Xk2…', expiresAt: 1790000000 },
)

export const failedToken = body(
  { token: Type.String({ minLength: 1, maxLength: 1024, description: 'The access token that failed' }) },
  { token: '89_Xk2…' },
)

export const reportReply = reply(
  'Whether it was the current one and was replaced; no more than once in 30 s',
  { replaced: Type.Boolean() },
  { replaced: true },
)
