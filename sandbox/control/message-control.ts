import type { App } from '../apps/app-store.ts'
import { gatewayModes } from '../apps/app-store.ts'
import type { Order } from '../pushes/compose-message.ts'
import { composeMessage, createMsgId, findKind, wrapList } from '../pushes/compose-message.ts'
import { tampers } from '../pushes/create-push.ts'
import type { Fields } from '../pushes/field-value.ts'
import { toGatewaySettings } from '../pushes/gateway-settings.ts'
import type { Message, Outcome } from '../pushes/push-store.ts'
import type { World } from '../world.ts'
import { ControlError } from './control-error.ts'
import type { ControlRequest, ControlRoute } from './control-route.ts'
import { checkFieldNames, readNumber, readOneOf, readText, required } from './fields.ts'
import { readMessageFields } from './message-fields.ts'
import { getApp, getUser } from './user-control.ts'

const names = 'appid type content event eventKey ticket fields msgId createTime times mode tamper'.split(' ')
const probe = 'CheckContainerPath'

/** The user writes to an app, or does something that the app is told of. */
export function createMessageControl(world: World): ControlRoute[] {
  const { users, pushes, clock, random } = world

  async function send({ params, body }: ControlRequest) {
    const user = getUser(world, params.id)
    checkFieldNames(body, names)
    const app = getApp(world, readText(body, 'appid'))
    const order = readOrder(body, { app, openid: users.openidOf(user, app) })
    const message = toMessage(body, order)
    const times = readNumber(body, 'times', { min: 1, max: 100 }) ?? 1
    applyToWorld(world, order)
    const outcomes = await Promise.all(Array.from({ length: times }, () => pushes.push(app, message)))
    const { createTime, msgId } = order
    const hasMsgId = message.fields.MsgId === msgId
    return { ...toAnswer(outcomes), createTime, ...(hasMsgId && { msgId: String(msgId) }) }
  }

  function readOrder(body: Record<string, unknown>, { app, openid }: { app: App; openid: string }): Order {
    const type = required(readText(body, 'type', /^\w{1,64}$/), 'type')
    const event = type === 'event' ? required(readText(body, 'event', /^\w{1,64}$/), 'event') : null
    if (event === null && body.event !== undefined) throw new ControlError('event needs the type event')
    checkKind(app, { type, event, hasFields: body.fields !== undefined })
    const digits = readText(body, 'msgId', /^\d{1,20}$/)
    return {
      app,
      openid,
      type,
      event,
      createTime: readNumber(body, 'createTime') ?? Math.floor(clock.realNow() / 1000),
      msgId: digits === undefined ? createMsgId(random) : BigInt(digits),
      given: {
        ...readGiven(body, 'content'),
        ...readGiven(body, 'eventKey'),
        ...readGiven(body, 'ticket'),
      },
    }
  }

  return [{ method: 'POST', path: '/_sandbox/users/:id/message', answer: send }]
}

function readGiven(body: Record<string, unknown>, name: 'content' | 'eventKey' | 'ticket') {
  const value = readText(body, name)
  return value === undefined ? {} : { [name]: value }
}

function checkKind(
  { appid, kind: appKind }: App,
  { type, event, hasFields }: { type: string; event: string | null; hasFields: boolean },
): void {
  if (appKind === 'open_app') throw new ControlError(`appid ${appid} has no messages`)
  const kind = findKind(type, event)
  const name = event === null ? `type ${type}` : `event ${event}`
  if (kind === null && type !== probe && !hasFields) {
    throw new ControlError(`${name} is not known here; give its fields (none: {}) if it is meant`)
  }
  if (kind?.only !== undefined && kind.only !== appKind) {
    throw new ControlError(`${name} is for apps of the kind ${kind.only}`)
  }
}

/** The probe of cloud hosting is no message: it says one word, openly. */
function toMessage(body: Record<string, unknown>, order: Order): Message {
  const isProbe = order.type === probe
  const composed: Fields = isProbe ? { action: probe } : composeMessage(order)
  const fields = readMessageFields(body, composed)
  const mode = readOneOf(body, 'mode', gatewayModes) ?? (isProbe ? 'plain' : undefined)
  const isXml = toGatewaySettings(order.app)?.format === 'xml'
  return {
    fields: isXml ? wrapList(fields) : fields,
    openid: isProbe ? null : order.openid,
    tamper: readOneOf(body, 'tamper', tampers) ?? null,
    ...(mode !== undefined && { mode }),
  }
}

/** Only followers can write to an account; whoever does something opens the window for answers. */
function applyToWorld(
  { followers, customerWindows }: World,
  { app, openid, type, event, given }: Order,
): void {
  const { appid } = app
  if (event === 'unsubscribe') {
    followers.unfollow(appid, openid)
    customerWindows.close(appid, openid)
    return
  }
  if (findKind(type, event)?.opens !== true) return
  const qrKey = event === 'subscribe' ? (given.eventKey ?? null) : null
  if (app.kind === 'official_account') followers.follow(appid, openid, { qrKey })
  customerWindows.open(appid, openid)
}

/** `status` and `body` are those of the last attempt of the last push. */
function toAnswer(outcomes: Outcome[]) {
  const last = outcomes.at(-1)
  return {
    ...last,
    ok: last?.failure === null,
    ...(outcomes.length > 1 && { pushes: outcomes }),
  }
}
