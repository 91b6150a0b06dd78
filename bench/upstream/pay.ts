import { type KeyObject, randomBytes, sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { benchApp } from './bench-app.ts'
import { benchMerchant, billFen, wechatPayKey } from './bench-merchant.ts'

const signInPool = promisify<string, Buffer, KeyObject, Buffer>(sign)
const queryPath = '/v3/pay/transactions/out-trade-no/'

/** WeChat Pay as the bench needs it: every bill is paid, every refund is taken, every answer is signed. */
export async function answerPay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '/' } = request
  const body = method === 'POST' ? await readText(request) : ''
  if (method === 'GET') request.resume()
  const answer = method === 'POST' ? toRefund(JSON.parse(body)) : toOrder(url)
  const text = JSON.stringify(answer)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = randomBytes(16).toString('hex')
  const message = Buffer.from(`${timestamp}\n${nonce}\n${text}\n`)
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': benchMerchant.publicKeyId,
    'wechatpay-signature': (await signInPool('RSA-SHA256', message, wechatPayKey)).toString('base64'),
  })
  response.end(text)
}

function toOrder(url: string) {
  const billId = url.slice(queryPath.length, url.indexOf('?'))
  return {
    amount: { currency: 'CNY', payer_currency: 'CNY', payer_total: billFen, total: billFen },
    appid: benchApp.appid,
    mchid: benchMerchant.mchid,
    out_trade_no: billId,
    payer: { openid: 'o_bench' },
    success_time: new Date().toISOString(),
    trade_state: 'SUCCESS',
    trade_type: 'JSAPI',
    transaction_id: `42${billId}`,
  }
}

type Asked = { out_trade_no: string; out_refund_no: string; amount: { refund: number; total: number } }

function toRefund({ out_trade_no: billId, out_refund_no: refundNo, amount }: Asked) {
  return {
    amount: { ...amount, currency: 'CNY', payer_refund: amount.refund, payer_total: amount.total },
    channel: 'ORIGINAL',
    create_time: new Date().toISOString(),
    out_refund_no: refundNo,
    out_trade_no: billId,
    refund_id: `50${refundNo}`,
    status: 'PROCESSING',
    transaction_id: `42${billId}`,
    user_received_account: '支付用户零钱',
  }
}
