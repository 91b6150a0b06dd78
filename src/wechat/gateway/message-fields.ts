/** How a field is read: a text, a number, as it stands, an object of fields, or a list of such objects. */
export type FieldForm = 'text' | 'number' | 'any' | FieldTable | readonly [FieldTable]

/** WeChat's name of each field, our name, and its form. */
export type FieldTable = { readonly [wireName: string]: readonly [ourName: string, form: FieldForm] }

const templateResults = {
  List: [
    'list',
    [
      {
        TemplateId: ['templateId', 'text'],
        SubscribeStatusString: ['status', 'text'],
        PopupScene: ['popupScene', 'text'],
        MsgID: ['msgId', 'text'],
        ErrorCode: ['errorCode', 'text'],
        ErrorStatus: ['errorStatus', 'text'],
      },
    ],
  ],
} as const satisfies FieldTable

const byMenu = { EventKey: ['eventKey', 'text'], MenuId: ['menuId', 'text'] } as const
const byCode = { EventKey: ['eventKey', 'text'], Ticket: ['ticket', 'text'] } as const
const scanned = {
  EventKey: ['eventKey', 'text'],
  ScanCodeInfo: ['scanCodeInfo', { ScanType: ['scanType', 'text'], ScanResult: ['scanResult', 'text'] }],
} as const satisfies FieldTable
const movie = { MediaId: ['mediaId', 'text'], ThumbMediaId: ['thumbMediaId', 'text'] } as const

/** Fields that any message may have. */
export const commonFields = {
  ToUserName: ['accountId', 'text'],
  MsgId: ['msgId', 'text'],
  MsgID: ['msgId', 'text'],
  MsgDataId: ['msgDataId', 'text'],
  Idx: ['idx', 'text'],
} as const satisfies FieldTable

/** The kinds of messages, by MsgType. */
export const kindFields = {
  text: { Content: ['content', 'text'], bizmsgmenuid: ['menuId', 'text'] },
  image: { PicUrl: ['picUrl', 'text'], MediaId: ['mediaId', 'text'] },
  voice: {
    MediaId: ['mediaId', 'text'],
    Format: ['format', 'text'],
    Recognition: ['recognition', 'text'],
    MediaId16K: ['mediaId16K', 'text'],
  },
  video: movie,
  shortvideo: movie,
  location: {
    Location_X: ['latitude', 'number'],
    Location_Y: ['longitude', 'number'],
    Scale: ['scale', 'number'],
    Label: ['label', 'text'],
  },
  link: { Title: ['title', 'text'], Description: ['description', 'text'], Url: ['url', 'text'] },
  miniprogrampage: {
    Title: ['title', 'text'],
    AppId: ['pageAppId', 'text'],
    PagePath: ['pagePath', 'text'],
    ThumbUrl: ['thumbUrl', 'text'],
    ThumbMediaId: ['thumbMediaId', 'text'],
  },
} as const satisfies Record<string, FieldTable>

/** The kinds of events, by Event, where MsgType is event. */
export const eventFields = {
  subscribe: byCode,
  unsubscribe: { EventKey: ['eventKey', 'text'] },
  SCAN: byCode,
  LOCATION: {
    Latitude: ['latitude', 'number'],
    Longitude: ['longitude', 'number'],
    Precision: ['precision', 'number'],
  },
  CLICK: byMenu,
  VIEW: byMenu,
  view_miniprogram: byMenu,
  scancode_push: scanned,
  scancode_waitmsg: scanned,
  TEMPLATESENDJOBFINISH: { Status: ['status', 'text'] },
  subscribe_msg_popup_event: templateResults,
  subscribe_msg_change_event: templateResults,
  subscribe_msg_sent_event: templateResults,
  wxa_media_check: {
    appid: ['checkedAppId', 'text'],
    trace_id: ['traceId', 'text'],
    version: ['version', 'number'],
    detail: ['detail', 'any'],
    errcode: ['errorCode', 'number'],
    errmsg: ['errorMessage', 'text'],
    result: ['result', { suggest: ['suggest', 'text'], label: ['label', 'number'] }],
  },
  user_authorization_revoke: {
    OpenID: ['revokedOpenId', 'text'],
    AppID: ['revokedAppId', 'text'],
    RevokeInfo: ['revokeInfo', 'text'],
    PluginID: ['pluginId', 'text'],
    OpenPID: ['openPid', 'text'],
  },
  user_enter_tempsession: { SessionFrom: ['sessionFrom', 'text'] },
} as const satisfies Record<string, FieldTable>

type ValueOf<F> = F extends 'text'
  ? string
  : F extends 'number'
    ? number
    : F extends readonly [infer T extends FieldTable]
      ? ContentOf<T>[]
      : F extends FieldTable
        ? ContentOf<F>
        : unknown

/** What a table of fields gives. WeChat leaves fields out, so each may be missing. */
export type ContentOf<T extends FieldTable> = { [W in keyof T as T[W][0]]?: ValueOf<T[W][1]> }
