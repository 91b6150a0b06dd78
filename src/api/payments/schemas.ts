import { Type } from 'typebox'
import { paymentStates } from '../../hub/payments/payment.ts'
import { body, nullableInteger, nullableText, pageOf, reply, seconds, wechatId } from '../schemas.ts'

const stateText = 'pending: not paid so far; paid; closed: nobody can pay it'

export const billId = (description: string) =>
  Type.String({ pattern: '^[0-9A-Za-z_|*-]{1,32}$', description })

export const mchid = Type.String({ pattern: '^[0-9]{8,32}$', description: 'The merchant' })

export const fen = (minimum: number, description: string) =>
  Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER, description: `${description}, in fen` })

export const paymentParams = Type.Object({ billId: billId('out_trade_no') })

export const paymentChoice = { mchid: Type.Optional(mchid) }

export const paymentFilter = {
  appId: Type.Optional(wechatId('The app')),
  state: Type.Optional(Type.Enum([...paymentStates], { description: stateText })),
}

export const newPayment = body(
  {
    appId: wechatId('A mini program or an official account'),
    openId: wechatId('Who pays'),
    billId: billId('out_trade_no: 6 to 32 characters, your own number of the order'),
    total: fen(1, 'The amount'),
    description: Type.String({ minLength: 1, maxLength: 127, description: 'Shown to the payer' }),
    attach: Type.Optional(Type.String({ maxLength: 128, description: 'Comes back with the payment' })),
    expiresAt: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 253_402_300_799,
        description: 'Nobody can pay after it; in unix seconds',
      }),
    ),
    mchid: Type.Optional(mchid),
  },
  {
    appId: 'wx3f0a7c51e8d2b964',
    openId: 'o9yN…',
    billId: 'order-20261121-7',
    total: 500,
    description: '苹果 2 斤',
  },
)

export const paymentFields = {
  billId: Type.String({ description: 'out_trade_no' }),
  mchid: Type.String(),
  appId: Type.String(),
  openId: nullableText('Who pays, or paid'),
  total: Type.Integer({ description: 'In fen' }),
  refunded: Type.Integer({ description: 'In fen: all refunds but those that were refused or closed' }),
  refundedElsewhere: Type.Boolean({
    description: 'Another program refunds it too: this ledger does not know all',
  }),
  description: nullableText('null where another program made the order'),
  origin: Type.String({ description: 'created here, or adopted: made by another program' }),
  state: Type.String({ description: stateText }),
  transactionId: nullableText("WeChat's number, once it is paid"),
  paidAt: nullableInteger('In unix seconds'),
  createdAt: seconds('When the ledger got it'),
}

export const paymentExample = {
  billId: 'order-20261121-7',
  mchid: '1900006511',
  appId: 'wx3f0a7c51e8d2b964',
  openId: 'o9yNYx45kaaA8ZLITpo-v7XLOfaq',
  total: 500,
  refunded: 0,
  refundedElsewhere: false,
  description: '苹果 2 斤',
  origin: 'created',
  state: 'pending',
  transactionId: null,
  paidAt: null,
  createdAt: 1790000000,
}

export const paymentReply = reply('The payment', paymentFields, paymentExample)

export const paymentPage = pageOf('Payments, the newest first', Type.Object(paymentFields), paymentExample)

const parameters = {
  appId: Type.String(),
  timeStamp: Type.String(),
  nonceStr: Type.String(),
  package: Type.String(),
  signType: Type.String(),
  paySign: Type.String(),
}

export const newPaymentReply = reply(
  'The payment, and what `wx.requestPayment` takes, good for two hours',
  { ...paymentFields, parameters: Type.Object(parameters) },
  {
    ...paymentExample,
    parameters: {
      appId: 'wx3f0a7c51e8d2b964',
      timeStamp: '1790000000',
      nonceStr: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
      package: 'prepay_id=wx201410272009395522657a690389285100',
      signType: 'RSA',
      paySign: 'oR9d8Pu…',
    },
  },
)
