import { randomBytes } from 'node:crypto'
import WechatPay from 'wechatpay-node-v3'
import { PayRequest } from 'wechatpay-node-v3/dist/lib/pay-request.js'
import { database } from './database.js'

database.exec(`
create table if not exists refunds (
  out_refund_no text primary key, bill_id text not null, fee integer not null, status text not null);`)
const insert = database.prepare('insert into refunds values (?, ?, ?, ?)')
const update = database.prepare('update refunds set status = ? where out_refund_no = ?')
const sumOf = database.prepare('select coalesce(sum(fee), 0) as sum from refunds where bill_id = ?')

/** Express and wechatpay-node-v3, which verifies no answer. No reservation under a lock, no audit. */
export function registerRefund(app) {
  const merchant = JSON.parse(process.env.BENCH_MERCHANT)
  const pay = new WechatPay({
    appid: process.env.BENCH_APP_ID,
    mchid: merchant.mchid,
    serial_no: merchant.serial,
    publicKey: Buffer.from(merchant.publicKey),
    privateKey: Buffer.from(merchant.privateKey),
    key: merchant.apiV3Key,
  })
  const inner = new PayRequest()
  const here = (url) => url.replace('https://api.mch.weixin.qq.com', process.env.BENCH_UPSTREAM_URL)
  pay.createHttp({
    get: (url, headers) => inner.get(here(url), headers),
    post: (url, params, headers) => inner.post(here(url), params, headers),
    upload: (url, params, headers) => inner.upload(here(url), params, headers),
  })
  app.post('/commcn/api/v1/weixin.refund_pay', async (request, response) => {
    if (request.get('authorization') !== `Bearer ${process.env.BENCH_KEY}`) return response.status(401).end()
    const { billId, refundFee } = request.body
    const order = await pay.query({ out_trade_no: billId })
    const { total } = order.data.amount
    if (sumOf.get(billId).sum + refundFee > total) return response.status(400).json({ code: 1007 })
    const refundNo = randomBytes(16).toString('hex')
    insert.run(refundNo, billId, refundFee, 'REQUESTED')
    const amount = { refund: refundFee, total, currency: 'CNY' }
    const refund = await pay.refunds({ out_trade_no: billId, out_refund_no: refundNo, amount })
    update.run(refund.data.status, refundNo)
    response.json({ status: refund.data.status === 'PROCESSING' || refund.data.status === 'SUCCESS' })
  })
}
