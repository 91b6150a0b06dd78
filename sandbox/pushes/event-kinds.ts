import type { Fields } from './field-value.ts'
import type { Given, MessageKind } from './message-kinds.ts'

const templateId = 'sandbox-template-id'

const withKey =
  (byDefault: string, more: Fields = {}) =>
  ({ eventKey = byDefault }: Partial<Given>): Fields => ({ EventKey: eventKey, ...more })

const scan = (scanType: string) =>
  withKey('scan', { ScanCodeInfo: { ScanType: scanType, ScanResult: 'https://shop.example/item/1' } })

const popup = { TemplateId: templateId, SubscribeStatusString: 'accept', PopupScene: 2 }
const change = { TemplateId: templateId, SubscribeStatusString: 'reject' }
const sent = { TemplateId: templateId, MsgID: 1_700_000_001, ErrorCode: 0, ErrorStatus: 'success' }

/** By Event. The three lists are moved in XML: see composeMessage. */
export const eventKinds: Record<string, MessageKind> = {
  subscribe: {
    only: 'official_account',
    opens: true,
    fields: ({ eventKey, ticket = 'sandbox-ticket' }) =>
      eventKey === undefined ? {} : { EventKey: eventKey, Ticket: ticket },
  },
  unsubscribe: { only: 'official_account', fields: withKey('') },
  SCAN: {
    only: 'official_account',
    opens: true,
    fields: ({ eventKey = '1', ticket = 'sandbox-ticket' }) => ({ EventKey: eventKey, Ticket: ticket }),
  },
  LOCATION: {
    only: 'official_account',
    fields: () => ({ Latitude: 23.106414, Longitude: 113.324553, Precision: 40 }),
  },
  CLICK: { only: 'official_account', opens: true, fields: withKey('KEY') },
  VIEW: { only: 'official_account', fields: withKey('https://shop.example/', { MenuId: 1 }) },
  view_miniprogram: { only: 'official_account', fields: withKey('pages/index', { MenuId: 1 }) },
  scancode_push: { only: 'official_account', opens: true, fields: scan('qrcode') },
  scancode_waitmsg: { only: 'official_account', opens: true, fields: scan('qrcode') },
  TEMPLATESENDJOBFINISH: {
    only: 'official_account',
    fields: () => ({ MsgID: 1_700_000_001, Status: 'success' }),
  },
  subscribe_msg_popup_event: { fields: () => ({ List: popup }) },
  subscribe_msg_change_event: { fields: () => ({ List: change }) },
  subscribe_msg_sent_event: { fields: () => ({ List: sent }) },
  wxa_media_check: {
    only: 'mini_program',
    fields: ({ appid = '' }) => ({
      appid,
      trace_id: 'sandbox-trace-id',
      version: 2,
      detail: [{ strategy: 'content_model', errcode: 0, suggest: 'pass', label: 100, prob: 90 }],
      errcode: 0,
      errmsg: 'ok',
      result: { suggest: 'pass', label: 100 },
    }),
  },
  user_authorization_revoke: {
    only: 'mini_program',
    fields: ({ openid = '', appid = '' }) => ({
      OpenID: openid,
      AppID: appid,
      RevokeInfo: '1',
      PluginID: '',
      OpenPID: '',
    }),
  },
  user_enter_tempsession: {
    only: 'mini_program',
    opens: true,
    fields: ({ content = 'sandbox' }) => ({ SessionFrom: content }),
  },
}
