import type { App } from '../apps/app-store.ts'
import type { Fields } from './field-value.ts'

/** What the person who makes a message may say about it; everything else comes in `fields`. */
export type Given = { content: string; eventKey: string; ticket: string; openid: string; appid: string }

/** `only`: the kind of app that has such messages. `opens`: the user did something that the app may answer. */
export type MessageKind = { only?: App['kind']; opens?: true; fields(given: Partial<Given>): Fields }

const mediaId = 'sandbox-media-id'

/** By MsgType. */
export const messageKinds: Record<string, MessageKind> = {
  text: { opens: true, fields: ({ content = 'hello' }) => ({ Content: content }) },
  image: {
    opens: true,
    fields: () => ({ PicUrl: 'http://mmbiz.qpic.cn/mmbiz_jpg/sandbox/0', MediaId: mediaId }),
  },
  voice: {
    opens: true,
    fields: ({ content }) => ({
      MediaId: mediaId,
      Format: 'amr',
      ...(content !== undefined && { Recognition: content }),
      MediaId16K: `${mediaId}-16k`,
    }),
  },
  video: { opens: true, fields: () => ({ MediaId: mediaId, ThumbMediaId: `${mediaId}-thumb` }) },
  shortvideo: { opens: true, fields: () => ({ MediaId: mediaId, ThumbMediaId: `${mediaId}-thumb` }) },
  location: {
    opens: true,
    fields: ({ content = '广州塔' }) => ({
      Location_X: 23.106414,
      Location_Y: 113.324553,
      Scale: 16,
      Label: content,
    }),
  },
  link: {
    opens: true,
    fields: ({ content = 'A page' }) => ({
      Title: content,
      Description: 'About the page',
      Url: 'https://shop.example/page',
    }),
  },
  miniprogrampage: {
    only: 'mini_program',
    opens: true,
    fields: ({ content = 'A page', appid = '' }) => ({
      Title: content,
      AppId: appid,
      PagePath: 'pages/index',
      ThumbUrl: 'https://mmbiz.qpic.cn/sandbox/thumb/0',
      ThumbMediaId: `${mediaId}-thumb`,
    }),
  },
}
