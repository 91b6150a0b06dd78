import { makePush, type Pushed, toXml } from '../support/push.ts'

export const gatewayToken = 'GatewayTokenOfTests'

/** With an event it is one; else a text, or what `kind` says. `now` is the hub's clock. */
export type Push = {
  appId: string
  now?: number
  kind?: string
  event?: string
  openId?: string
  content?: string
}

let pushes = 0

/** Another push of an app in plain mode, each with a MsgId, or an EventKey, of its own. */
export function createPush({ appId, now = Date.now(), event, openId = 'o_sender', ...text }: Push): Pushed {
  pushes += 1
  const { kind = event === undefined ? 'text' : 'event', content = 'hello' } = text
  const own =
    event === undefined
      ? { Content: content, MsgId: 24_000_000_000_000 + pushes }
      : { Event: event, EventKey: String(pushes) }
  const common = {
    ToUserName: 'gh_1',
    FromUserName: openId,
    CreateTime: Math.floor(now / 1000),
    MsgType: kind,
  }
  const settings = { appId, mode: 'plain' as const, token: gatewayToken, aesKey: '' }
  return makePush(settings, toXml({ ...common, ...own }), { at: now })
}
