import { Type } from 'typebox'
import { deliveryStates } from '../../hub/webhooks/deliveries-store.ts'
import { pageQuery } from '../paging.ts'
import {
  body,
  id,
  name,
  nullableInteger,
  nullableText,
  pageOf,
  query,
  reply,
  seconds,
  tenantId,
} from '../schemas.ts'

const webhookId = id("The webhook's id")

export const webhookParams = Type.Object({ id: webhookId })

export const deliveryParams = Type.Object({ id: webhookId, messageId: id("The message's id") })

const url = Type.String({ minLength: 1, maxLength: 2048, description: 'https, on the public internet' })

const nullableList = (description: string) =>
  Type.Unsafe<string[] | null>({
    type: ['array', 'null'],
    items: { type: 'string', minLength: 1, maxLength: 64 },
    minItems: 1,
    maxItems: 1000,
    description,
  })

const apps = nullableList('appIds; null: all apps of the tenant')
const kinds = nullableList('Kinds of messages, such as `text` and `event`; null: all')
const events = nullableList(
  'Events, such as `subscribe`; null: all. Messages that are no events are not concerned',
)

export const newWebhook = body(
  {
    name: Type.Optional(name),
    url,
    tenantId: Type.Optional(tenantId),
    apps: Type.Optional(apps),
    kinds: Type.Optional(kinds),
    events: Type.Optional(events),
  },
  {
    name: 'orders',
    url: 'https://orders.example.com/wechat',
    kinds: ['text', 'event'],
    events: ['subscribe'],
  },
)

export const webhookChange = body(
  {
    name: Type.Optional(name),
    url: Type.Optional(url),
    apps: Type.Optional(apps),
    kinds: Type.Optional(kinds),
    events: Type.Optional(events),
    enabled: Type.Optional(
      Type.Boolean({ description: 'true takes one that was disabled into service again' }),
    ),
  },
  { enabled: true },
)

const fields = {
  id: Type.Integer(),
  tenantId: Type.Integer(),
  name: Type.String(),
  url: Type.String(),
  apps,
  kinds,
  events,
  enabled: Type.Boolean(),
  disabledAt: nullableInteger('In unix seconds'),
  failingSince: nullableInteger('The first failure since the last success, in unix seconds'),
  createdAt: seconds('When it was made'),
}

const example = {
  id: 3,
  tenantId: 1,
  name: 'orders',
  url: 'https://orders.example.com/wechat',
  apps: null,
  kinds: ['text', 'event'],
  events: ['subscribe'],
  enabled: true,
  disabledAt: null,
  failingSince: null,
  createdAt: 1790000000,
}

export const webhookReply = reply('The webhook, but for its secret', fields, example)

export const webhookPage = pageOf('Webhooks, by id', Type.Object(fields), example)

const secret = Type.String({
  description: '`whsec_` and 32 bytes in base64: what deliveries are signed with',
})

export const newWebhookReply = reply(
  'The webhook; its secret is told this once',
  { ...fields, secret },
  { ...example, secret: 'whsec_…' },
)

export const secretReply = reply('The new secret, told this once', { secret }, { secret: 'whsec_…' })

export const deliveryQuery = query({ ...pageQuery, state: Type.Optional(Type.Enum([...deliveryStates])) })

const attempt = Type.Object({
  at: seconds('When it began'),
  status: nullableInteger('The HTTP status of the answer; null: there was none'),
  error: nullableText(
    'Why there was no answer: `timeout`, `address_refused`, or an error code such as `ECONNREFUSED`',
  ),
  durationMs: Type.Integer(),
})

const deliveryFields = {
  messageId: Type.Integer(),
  state: Type.Enum([...deliveryStates]),
  failedAttempts: Type.Integer({ description: 'Since it was stored or replayed' }),
  nextAttemptAt: nullableInteger('In unix seconds; null: none to come'),
  replays: Type.Integer(),
  createdAt: seconds('When it was stored'),
  deliveredAt: nullableInteger('In unix seconds'),
  attempts: Type.Array(attempt, { description: 'The newest 20, oldest first' }),
}

const deliveryExample = {
  messageId: 1207,
  state: 'delivered',
  failedAttempts: 1,
  nextAttemptAt: null,
  replays: 0,
  createdAt: 1790000000,
  deliveredAt: 1790000005,
  attempts: [
    { at: 1790000000, status: null, error: 'timeout', durationMs: 15000 },
    { at: 1790000020, status: 204, error: null, durationMs: 31 },
  ],
}

export const deliveryReply = reply('The delivery', deliveryFields, deliveryExample)

export const deliveryPage = pageOf(
  'Deliveries, newest message first',
  Type.Object(deliveryFields),
  deliveryExample,
)

const moment = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 253_402_300_799, description: `${description}, in unix seconds` })

export const replayRange = body(
  {
    from: moment('Messages that came then or later'),
    to: moment('Messages that came before'),
    onlyUndelivered: Type.Optional(Type.Boolean({ description: 'Leaves out what was delivered' })),
    after: Type.Optional(pageQuery.after),
  },
  { from: 1790000000, to: 1790003600, onlyUndelivered: true },
)

export const replayReply = reply(
  'How many messages of this page will be delivered again',
  { replayed: Type.Integer(), next: nullableText('Bring it as `after` to go on; null: all are done') },
  { replayed: 42, next: null },
)
