import { createSign, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { Secret } from '../../src/secret.ts'
import type { MerchantCredential } from '../../src/wechat/pay/merchant-credential.ts'
import { createPay } from '../../src/wechat/pay/pay.ts'
import { findPayFailure } from '../../src/wechat/pay/pay-failure.ts'
import { openPay } from '../sandbox/open-pay.ts'
import { onEnd } from '../support/on-end.ts'

export type ClientOptions = { now?: () => number; urls?: (sandboxUrl: string) => string[] }

export type OpenClient = Awaited<ReturnType<typeof openClient>>

/** The client of WeChat Pay, straight against the sandbox; `calls` holds what it tells the metrics. */
export async function openClient(t: TestContext, options: ClientOptions = {}) {
  const sandbox = await openPay(t)
  const { appid: appId } = await sandbox.app('mini_program')
  const calls: { path: string; outcome: string }[] = []
  const pay = createPay({
    urls: options.urls?.(sandbox.url) ?? [sandbox.url],
    onCall: ({ path, outcome }) => calls.push({ path, outcome }),
    timeouts: { connectMs: 500, answerMs: 400, totalMs: 600 },
    now: options.now ?? Date.now,
  })
  onEnd(t, () => pay.close())
  const { mchid, serial, privateKey, apiV3Key, publicKeyId, publicKey } = sandbox.merchant
  const keys = { mchid, serial, privateKey: new Secret(privateKey), apiV3Key: new Secret(apiV3Key) }
  const byCertificate: MerchantCredential = { ...keys, publicKey: null }
  const byPublicKey: MerchantCredential = { ...keys, publicKey: { id: publicKeyId, pem: publicKey } }
  return {
    sandbox,
    pay,
    calls,
    appId,
    byCertificate,
    byPublicKey,
    countOf: (path: string) => calls.filter((call) => call.path === path).length,
    newOrder: async (billId = `bill-${randomBytes(6).toString('hex')}`) => ({
      billId,
      appId,
      openId: await sandbox.openid(),
      description: '水果',
      totalFen: 500,
      notifyUrl: 'http://127.0.0.1:1/notify',
    }),
    newRefund: (billId: string, refundNo: string, refundFen = 200) => ({
      billId,
      refundNo,
      refundFen,
      totalFen: 500,
    }),
  }
}

/** What became of a call that must fail. */
export async function failureOf(work: Promise<unknown>) {
  try {
    await work
  } catch (error) {
    const failure = findPayFailure(error)
    if (failure === null) throw error
    return { code: (error as { code?: string }).code, failure }
  }
  throw new Error('the call went through')
}

/** A push that the sandbox might have sent, signed with its platform key at that time. */
export function signPush(body: string, serial: string, time = Date.now()) {
  const timestamp = String(Math.floor(time / 1000))
  const key = readFileSync('sandbox/pay/keys/platform.pem', 'utf8')
  const signature = createSign('RSA-SHA256').update(`${timestamp}\nnonce\n${body}\n`).sign(key, 'base64')
  const headers = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': 'nonce',
    'wechatpay-signature': signature,
    'wechatpay-serial': serial,
  }
  return { headers, body: Buffer.from(body) }
}
