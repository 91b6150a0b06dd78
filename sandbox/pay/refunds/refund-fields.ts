import type { Field, Fields } from '../calls/fields.ts'
import { textField as text } from '../calls/fields.ts'
import { notifyUrlPattern } from '../orders/jsapi-fields.ts'

const fen = (name: string): Field => ({ kind: 'integer', name, required: true, min: 1 })

const goods: Fields = {
  merchant_goods_id: text('商户侧商品编码', 32, { required: true }),
  wechatpay_goods_id: text('微信支付商品编码', 32),
  goods_name: text('商品名称', 256),
  unit_price: fen('商品单价'),
  refund_amount: fen('商品退款金额'),
  refund_quantity: fen('商品退货数量'),
}

const account: Fields = {
  account: text('出资账户类型', 32, { required: true, values: ['AVAILABLE', 'UNAVAILABLE'] }),
  amount: fen('出资金额'),
}

export const refundFields: Fields = {
  transaction_id: text('微信支付订单号', 32),
  out_trade_no: text('商户订单号', 32),
  out_refund_no: text('商户退款单号', 64, { required: true, pattern: /^[0-9A-Za-z_\-|*@]+$/ }),
  reason: { kind: 'text', name: '退款原因', maxBytes: 80 },
  notify_url: text('退款结果回调url', 256, { pattern: notifyUrlPattern }),
  funds_account: text('退款资金来源', 32, { values: ['AVAILABLE', 'UNSETTLED'] }),
  amount: {
    kind: 'object',
    name: '金额信息',
    required: true,
    fields: {
      refund: fen('退款金额'),
      total: fen('原订单金额'),
      currency: text('退款币种', 16, { required: true, values: ['CNY'] }),
      from: { kind: 'array', name: '退款出资账户及金额', fields: account },
    },
  },
  goods_detail: { kind: 'array', name: '退款商品', fields: goods },
}

/** What refundFields lets through, as far as it has an effect. */
export type RefundBody = {
  transaction_id?: string
  out_trade_no?: string
  out_refund_no: string
  notify_url?: string
  funds_account?: string
  amount: { refund: number; total: number; from?: { account: string; amount: number }[] }
}
