import { Type } from 'typebox'
import { body, reply, seconds, wechatId } from '../schemas.ts'
import { userExample, userFields } from '../users/schemas.ts'

export const loginBody = body(
  {
    appId: wechatId('The app that the user is in'),
    code: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'What `wx.login` or the OAuth page gave',
    }),
  },
  { appId: 'wx3f0a7c51e8d2b964', code: '0e3Xk2…' },
)

export const loginReply = reply(
  'A session of 2 hours, prolonged by use',
  {
    token: Type.String({ description: 'For `Authorization: Bearer`' }),
    openId: Type.String(),
    expiresAt: seconds('The end, if it is not used'),
    user: Type.Object(userFields),
  },
  {
    token: '3vK…',
    openId: 'o9yNYx45kaaA8ZLITpo-v7XLOfaq',
    expiresAt: 1790007200,
    user: userExample,
  },
)
