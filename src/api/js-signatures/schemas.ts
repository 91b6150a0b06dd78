import { Type } from 'typebox'
import { body, reply, seconds } from '../schemas.ts'

export const pageBody = body(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2048,
      description: "The page's `location.href`, to the letter; what follows a `#` is left out",
    }),
  },
  { url: 'https://shop.example/fruit?id=7' },
)

export const signatureReply = reply(
  'For `wx.config` on that page',
  {
    appId: Type.String(),
    timestamp: seconds('When it was signed'),
    nonceStr: Type.String(),
    signature: Type.String(),
    url: Type.String({ description: 'What was signed: compare it with the address of the page' }),
  },
  {
    appId: 'wx8b24e6d90c7f153a',
    timestamp: 1790000000,
    nonceStr: '5f0c1e9a7b3d48262c1f0e9d8b7a6543',
    signature: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
    url: 'https://shop.example/fruit?id=7',
  },
)
