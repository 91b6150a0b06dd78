import { Type } from 'typebox'
import { id, nullableText, pageOf, reply, seconds, wechatId } from '../schemas.ts'

export const userParams = Type.Object({ id: id("The user's id") })

export const userFilter = {
  unionId: Type.Optional(wechatId('One person in all apps of an open-platform account')),
  openId: Type.Optional(wechatId('One person in one app')),
  appId: Type.Optional(wechatId('Users of this app, or the app of the openId')),
}

export const userFields = {
  id: Type.Integer(),
  nickname: Type.String(),
  avatarUrl: Type.String(),
  gender: Type.Integer({ minimum: 0, maximum: 2, description: '0 unknown, 1 male, 2 female' }),
  city: Type.String(),
  province: Type.String(),
  country: Type.String(),
  language: Type.String(),
  unionId: nullableText(),
  createdAt: seconds('The first login, or when somebody brought the user along'),
}

export const userExample = {
  id: 17,
  nickname: '林小满',
  avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/DemoLinXiaoMan01/132',
  gender: 0,
  city: '',
  province: '',
  country: '',
  language: '',
  unionId: 'oICvGhBHUG5P2dWIenQeRXw9vmC4',
  createdAt: 1790000000,
}

const identityFields = {
  id: Type.Integer({ description: 'The id that the contracts show as the user’s' }),
  appId: Type.String(),
  openId: Type.String(),
  subscribedAt: Type.Union([seconds('When the person followed the official account'), Type.Null()]),
}

const identityExample = {
  id: 31,
  appId: 'wx8b24e6d90c7f153a',
  openId: 'oDemoOpenIdOfTheAccount00001',
  subscribedAt: 1790000000,
}

export const wholeUserReply = reply(
  'The user, and who they are in each app that the key sees; "" and 0 where nothing is known',
  { ...userFields, identities: Type.Array(Type.Object(identityFields)) },
  { ...userExample, identities: [identityExample] },
)

export const userPage = pageOf('Users, by id', Type.Object(userFields), userExample)

export const sessionsEndedReply = reply('How many sessions ended', { ended: Type.Integer() }, { ended: 2 })

export const unmergeReply = reply(
  'The user whose merge was undone, and the one that is there again',
  { user: Type.Object(userFields), restored: Type.Object(userFields) },
  { user: userExample, restored: { ...userExample, id: 21, unionId: null } },
)
