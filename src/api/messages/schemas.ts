import { Type } from 'typebox'
import { id, nullableText, pageOf, reply, seconds, wechatId } from '../schemas.ts'

const kind = Type.String({
  pattern: '^[\\x21-\\x7e]{1,64}$',
  description: "WeChat's MsgType: text, image, event …",
})

export const messageParams = Type.Object({ id: id("The message's id") })

export const messageFilter = {
  appId: Type.Optional(wechatId('The app it was sent to')),
  openId: Type.Optional(wechatId('Who sent it')),
  kind: Type.Optional(kind),
  event: Type.Optional(
    Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$', description: "WeChat's Event: subscribe, SCAN …" }),
  ),
}

export const messageFields = {
  id: Type.Integer(),
  appId: Type.String(),
  openId: Type.String({ description: 'Who sent it, or did what it tells of' }),
  kind,
  event: nullableText("WeChat's Event; null where `kind` is not event"),
  createdAt: seconds("When it happened, by WeChat's clock"),
  receivedAt: seconds('When it arrived'),
  content: Type.Record(Type.String(), Type.Unknown(), {
    description: "All other fields; those that are not known keep WeChat's names. Ids of 64 bits are texts",
  }),
}

export const messageExample = {
  id: 4711,
  appId: 'wx8b24e6d90c7f153a',
  openId: 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M',
  kind: 'text',
  event: null,
  createdAt: 1790000000,
  receivedAt: 1790000001,
  content: { accountId: 'gh_2f7c0e19ab34', msgId: '23456789012345678', content: '几点开门？' },
}

export const messageReply = reply('The message', messageFields, messageExample)

export const messagePage = pageOf('Messages, the newest first', Type.Object(messageFields), messageExample)
