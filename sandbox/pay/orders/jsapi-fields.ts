import type { Fields } from '../calls/fields.ts'
import { textField as text } from '../calls/fields.ts'

export const outTradeNoPattern = /^[0-9a-zA-Z_\-|*]+$/

// With escapes that no engine needs: the text stands in the recorded refusal.
const notifyUrlText = String.raw`^https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)$`

/** No blanks, no query, no fragment. */
export const notifyUrlPattern = new RegExp(notifyUrlText)

const goods: Fields = {
  merchant_goods_id: text('商户侧商品编码', 32, { required: true }),
  wechatpay_goods_id: text('微信支付商品编码', 32),
  goods_name: text('商品名称', 256),
  quantity: { kind: 'integer', name: '商品数量', required: true, min: 1 },
  unit_price: { kind: 'integer', name: '商品单价', required: true, min: 1 },
}

const store: Fields = {
  id: text('门店编号', 32, { required: true }),
  name: text('门店名称', 256),
  area_code: text('地区编码', 32),
  address: text('详细地址', 512),
}

const subsidy: Fields = {
  subsidy_period_type: text('补贴期数类型', 32),
  subsidy_plan: {
    kind: 'array',
    name: '补贴方案',
    fields: {
      subsidy_installment_num: { kind: 'integer', name: '补贴期数' },
      subsidy_percent: { kind: 'integer', name: '补贴比例' },
    },
  },
}

export const jsapiFields: Fields = {
  appid: text('公众账号ID', 32, { required: true }),
  mchid: text('商户号', 32, { required: true }),
  description: text('商品描述', 127, { required: true }),
  out_trade_no: text('商户订单号', 32, { required: true, min: 6, pattern: outTradeNoPattern }),
  time_expire: text('支付结束时间', 64, {
    pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
  }),
  attach: text('商户数据包', 128, { min: 0 }),
  notify_url: text('通知地址', 255, { required: true, pattern: notifyUrlPattern }),
  goods_tag: text('订单优惠标记', 32, { min: 0 }),
  support_fapiao: { kind: 'boolean', name: '电子发票入口开放标识' },
  amount: {
    kind: 'object',
    name: '订单金额',
    required: true,
    fields: {
      total: { kind: 'integer', name: '总金额', required: true, min: 1 },
      currency: text('货币类型', 16, { values: ['CNY'] }),
    },
  },
  payer: {
    kind: 'object',
    name: '支付者信息',
    required: true,
    fields: { openid: text('用户标识', 128, { required: true }) },
  },
  detail: {
    kind: 'object',
    name: '优惠功能',
    fields: {
      cost_price: { kind: 'integer', name: '订单原价' },
      invoice_id: text('商品小票ID', 32),
      goods_detail: { kind: 'array', name: '单品列表', fields: goods, max: 6000 },
    },
  },
  scene_info: {
    kind: 'object',
    name: '场景信息',
    fields: {
      payer_client_ip: text('用户终端IP', 45, { required: true }),
      device_id: text('商户端设备号', 32, { min: 0 }),
      store_info: { kind: 'object', name: '商户门店信息', fields: store },
    },
  },
  settle_info: {
    kind: 'object',
    name: '结算信息',
    fields: { profit_sharing: { kind: 'boolean', name: '是否指定分账' } },
  },
  subsidy_info: {
    kind: 'object',
    name: '补贴信息',
    fields: { subsidy_detail: { kind: 'array', name: '补贴详情', fields: subsidy } },
  },
}

/** What jsapiFields lets through, as far as it has an effect. */
export type JsapiBody = {
  appid: string
  mchid: string
  description: string
  out_trade_no: string
  time_expire?: string
  attach?: string
  notify_url: string
  amount: { total: number }
  payer: { openid: string }
}
