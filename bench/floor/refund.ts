import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { Pool } from 'undici'
import { appId } from './app.ts'
import { openDatabase } from './database.ts'

const merchant = JSON.parse(process.env.BENCH_MERCHANT ?? '{}')
const privateKey = createPrivateKey(merchant.privateKey)
const publicKey = createPublicKey(merchant.publicKey)
const signInPool = promisify<string, Buffer, KeyObject, Buffer>(sign)
const pool = new Pool(process.env.BENCH_UPSTREAM_URL ?? '', {
  connections: 64,
  headersTimeout: 5000,
  bodyTimeout: 5000,
  maxResponseSize: 1_048_576,
})

/** A connection of its own: what WeChat is asked for is on disk before, and what came of it after. */
const database = openDatabase(`${process.env.BENCH_DATA_DIR}/floor.db`)
database.exec('pragma synchronous = full')
database.exec(`
create table if not exists payments (
  id integer primary key autoincrement, bill_id text not null unique, transaction_id text not null,
  total integer not null, reserved integer not null, created_at integer not null);
create table if not exists refunds (
  id integer primary key autoincrement, payment_id integer not null references payments (id),
  out_refund_no text not null unique, fee integer not null, state text not null, created_at integer not null);
create index if not exists refunds_by_payment_id on refunds (payment_id, id);
create table if not exists refund_audit (
  id integer primary key autoincrement, at integer not null, action text not null, subject text not null,
  detail text not null);`)
const findPayment = database.prepare('select id, total, reserved from payments where bill_id = ?')
const adopt = database.prepare(
  'insert into payments (bill_id, transaction_id, total, reserved, created_at) values (?, ?, ?, 0, ?)',
)
const findAlike = database.prepare('select id from refunds where payment_id = ? and fee = ?')
const reserve = database.prepare(
  'update payments set reserved = reserved + ? where id = ? and reserved + ? <= total',
)
const insert = database.prepare(
  'insert into refunds (payment_id, out_refund_no, fee, state, created_at) values (?, ?, ?, ?, ?)',
)
const settle = database.prepare('update refunds set state = ? where out_refund_no = ?')
const audit = database.prepare('insert into refund_audit (at, action, subject, detail) values (?, ?, ?, ?)')

/** Null where the request is none; false where the bill cannot be refunded. */
export async function refund(billId: unknown, fee: unknown): Promise<boolean | null> {
  if (typeof billId !== 'string' || !/^[\w|*-]{6,32}$/.test(billId)) return null
  if (typeof fee !== 'number' || !Number.isSafeInteger(fee) || fee < 1) return null
  const total = Number(findPayment.get(billId)?.total ?? (await lookUp(billId)))
  const refundNo = randomBytes(16).toString('hex')
  const isReserved = await durably(() => reserveFee(billId, fee, refundNo))
  if (!isReserved) return false
  const asked = {
    out_trade_no: billId,
    out_refund_no: refundNo,
    amount: { refund: fee, total, currency: 'CNY' },
  }
  const answer = await call('POST', '/v3/refund/domestic/refunds', JSON.stringify(asked))
  if (answer.out_refund_no !== refundNo) throw new Error('about another refund')
  const state = String(answer.status)
  await durably(() => {
    settle.run(state, refundNo)
    audit.run(Date.now(), 'refund.accepted', refundNo, JSON.stringify({ state }))
  })
  return state === 'PROCESSING' || state === 'SUCCESS'
}

function reserveFee(billId: string, fee: number, refundNo: string): boolean {
  const payment = findPayment.get(billId)
  const id = Number(payment?.id)
  if (findAlike.get(id, fee) !== undefined || reserve.run(fee, id, fee).changes === 0) return false
  insert.run(id, refundNo, fee, 'requested', Date.now())
  audit.run(Date.now(), 'refund.requested', refundNo, JSON.stringify({ billId, fee, before: payment }))
  return true
}

async function lookUp(billId: string): Promise<number> {
  const path = `/v3/pay/transactions/out-trade-no/${billId}?mchid=${merchant.mchid}`
  const order = await call('GET', path, '')
  const isOurs = order.appid === appId && order.mchid === merchant.mchid && order.out_trade_no === billId
  if (!isOurs || order.trade_state !== 'SUCCESS') throw new Error('not a paid order of ours')
  const { total } = order.amount as { total: number }
  await durably(() => {
    adopt.run(billId, String(order.transaction_id), total, Date.now())
    audit.run(Date.now(), 'payment.adopted', billId, JSON.stringify({ total }))
  })
  return total
}

async function call(method: 'GET' | 'POST', path: string, body: string): Promise<Record<string, unknown>> {
  const timestamp = Math.floor(Date.now() / 1000)
  const nonce = randomBytes(16).toString('hex')
  const message = Buffer.from(`${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`)
  const signature = (await signInPool('RSA-SHA256', message, privateKey)).toString('base64')
  const response = await pool.request({
    method,
    path,
    body: body === '' ? null : body,
    headers: {
      authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${merchant.mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${merchant.serial}"`,
      accept: 'application/json',
      'user-agent': 'floor',
      'content-type': 'application/json',
      'wechatpay-serial': merchant.publicKeyId,
    },
  })
  const text = await response.body.text()
  const { headers } = response
  const at = Number(headers['wechatpay-timestamp'])
  const signed = Buffer.from(`${at}\n${headers['wechatpay-nonce']}\n${text}\n`)
  const proof = Buffer.from(String(headers['wechatpay-signature']), 'base64')
  const isRecent = Math.abs(Date.now() / 1000 - at) <= 300
  const isTheirs = headers['wechatpay-serial'] === merchant.publicKeyId
  if (!isRecent || !isTheirs || !verify('RSA-SHA256', signed, publicKey, proof)) throw new Error('not signed')
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`)
  return JSON.parse(text)
}

const [begin, commit, rollback] = ['begin immediate', 'commit', 'rollback'].map((sql) =>
  database.prepare(sql),
)
let waiting: { work: () => unknown; resolve: (value: never) => void; reject: (error: unknown) => void }[] = []

/** What arrives together shares a commit. */
function durably<T>(work: () => T): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  if (waiting.length === 0) setImmediate(flush)
  waiting.push({ work, resolve, reject })
  return promise
}

function flush(): void {
  const together = waiting
  waiting = []
  try {
    begin?.run()
    const results = together.map(({ work }) => work())
    commit?.run()
    for (const [at, { resolve }] of together.entries()) resolve(results[at] as never)
  } catch (error) {
    if (database.isTransaction) rollback?.run()
    for (const { reject } of together) reject(error)
  }
}
