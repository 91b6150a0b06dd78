import { Type } from 'typebox'
import { refundStates } from '../../hub/refunds/refund.ts'
import { billId, fen, mchid } from '../payments/schemas.ts'
import { body, id, nullableInteger, nullableText, pageOf, reply, seconds, wechatId } from '../schemas.ts'

const stateText = `One of ${refundStates.join(', ')}`

export const refundParams = Type.Object({ id: id("The refund's id") })

export const refundFilter = {
  billId: Type.Optional(billId('The payment')),
  appId: Type.Optional(wechatId('The app')),
  state: Type.Optional(Type.Enum([...refundStates], { description: stateText })),
}

export const newRefund = body(
  {
    billId: billId('out_trade_no of the payment'),
    fee: Type.Optional(fen(0, 'The amount; 0 or absent: all that is left')),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 80, description: 'Shown to the payer; at most 80 bytes' }),
    ),
    appId: Type.Optional(wechatId('The app of the payment, if the ledger does not know it')),
    mchid: Type.Optional(mchid),
  },
  { billId: 'order-20261121-7', fee: 100 },
)

const refundFields = {
  id: Type.Integer(),
  billId: Type.String(),
  mchid: Type.String(),
  appId: Type.String(),
  outRefundNo: Type.String({ description: "The refund's number at WeChat Pay, made by the hub" }),
  refundId: nullableText("WeChat's own number, once it has accepted the refund"),
  fee: Type.Integer({ description: 'In fen' }),
  total: Type.Integer({ description: 'Of the payment, in fen' }),
  reason: nullableText('Shown to the payer'),
  state: Type.String({ description: stateText }),
  refusal: Type.Unsafe<{ code: string; message: string } | null>({
    type: ['object', 'null'],
    properties: { code: { type: 'string' }, message: { type: 'string' } },
    description: "WeChat's words, where it refused",
  }),
  createdAt: seconds('When it was first asked for'),
  settledAt: nullableInteger('When it became final, in unix seconds'),
}

const example = {
  id: 12,
  billId: 'order-20261121-7',
  mchid: '1900006511',
  appId: 'wx3f0a7c51e8d2b964',
  outRefundNo: 'wr5e0c6b2a9f3d41d8a7c40f1e2b3d4c',
  refundId: '50301308092026112100000000007',
  fee: 100,
  total: 500,
  reason: null,
  state: 'processing',
  refusal: null,
  createdAt: 1790000000,
  settledAt: null,
}

export const refundReply = reply('The refund', refundFields, example)

export const refundAccepted = reply('The refund: WeChat has it', refundFields, example)

export const refundUncertain = reply(
  'The refund, as `requested`: nobody knows yet whether WeChat has it. The hub goes on asking',
  refundFields,
  { ...example, state: 'requested', refundId: null },
)

export const refundPage = pageOf('Refunds, the newest first', Type.Object(refundFields), example)
