import { Type } from 'typebox'
import { body, nullableText, reply, seconds } from '../schemas.ts'
import { userExample, userFields } from '../users/schemas.ts'

export const verifyBody = body(
  { token: Type.String({ maxLength: 256, description: 'What the client sent as its session' }) },
  { token: '3vK…' },
)

const fields = {
  appId: Type.String(),
  openId: Type.String(),
  unionId: nullableText('null where WeChat gave none'),
  userId: Type.Integer({ description: 'One person in all apps of the tenant' }),
  expiresAt: seconds('The end, if it is not used'),
}

const example = {
  appId: 'wx3f0a7c51e8d2b964',
  openId: 'o9yNYx45kaaA8ZLITpo-v7XLOfaq',
  unionId: 'oICvGhBHUG5P2dWIenQeRXw9vmC4',
  userId: 17,
  expiresAt: 1790007200,
}

export const verifyReply = Type.Object(
  {
    active: Type.Boolean({
      description: 'false: no live session of an app of this key; nothing else is there',
    }),
    appId: Type.Optional(fields.appId),
    openId: Type.Optional(fields.openId),
    unionId: Type.Optional(fields.unionId),
    userId: Type.Optional(fields.userId),
    expiresAt: Type.Optional(fields.expiresAt),
  },
  { description: 'Who it is', examples: [{ active: true, ...example }, { active: false }] },
)

export const sessionReply = reply('The session', fields, example)

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))

export const profileChange = body(
  {
    nickname: text(64),
    avatarUrl: text(1024),
    gender: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 })),
    city: text(64),
    province: text(64),
    country: text(64),
    language: text(16),
  },
  { nickname: '林小满', gender: 2 },
)

export const meReply = reply(
  'The user; "" and 0 where nothing is known',
  {
    ...userFields,
    phone: nullableText('null where none is known'),
    phoneVerified: Type.Boolean({ description: 'WeChat vouches for it; else the user typed it' }),
  },
  { ...userExample, phone: '13800000001', phoneVerified: true },
)

const encryptedData = Type.String({
  minLength: 1,
  maxLength: 16_384,
  description: 'As the client got it, base64',
})
const iv = Type.String({ minLength: 1, maxLength: 64, description: 'As the client got it, base64' })

export const openDataBody = body(
  {
    encryptedData,
    iv,
    rawData: Type.Optional(Type.String({ maxLength: 16_384, description: 'To be checked by `signature`' })),
    signature: Type.Optional(
      Type.String({ maxLength: 64, description: 'What the client got with `rawData`' }),
    ),
  },
  { encryptedData: 'CiyLU1Aw2Kjvrj…', iv: 'r7BXXKkLb8qrSNn05n0qiA==' },
)

export const openDataReply = reply(
  'The data in plain',
  {
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: "WeChat's fields, which differ by the call",
    }),
  },
  { data: { openGId: 'tGPkG0X9…', watermark: { timestamp: 1790000000, appid: 'wx3f0a7c51e8d2b964' } } },
)

/** One of two: the code, or what clients without it encrypt. */
export const phoneBody = body(
  {
    code: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'From the phone button, not from wx.login' }),
    ),
    encryptedData: Type.Optional(encryptedData),
    iv: Type.Optional(iv),
  },
  { code: 'e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144' },
)

export const phoneReply = reply(
  'The verified number',
  {
    phone: Type.String({ description: 'Mainland numbers plain, others with + and country code' }),
    countryCode: Type.String(),
    verified: Type.Boolean(),
  },
  { phone: '13800000001', countryCode: '86', verified: true },
)
