import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { request } from 'node:http'
import { test } from 'node:test'
import { secretMark } from '../../sandbox/secret-mark.ts'
import type { Answer, PayMerchant } from './open-pay.ts'
import { createPayCalls, decryptResource, isSigned, openPay } from './open-pay.ts'
import type { Json } from './open-sandbox.ts'

const certificates = '/v3/certificates'
type Listed = { serial: string; certificate: string; signs: boolean }

test('has one merchant, the same after each start, with a key pair, a certificate and marked secrets', async (t) => {
  const { merchant } = await openPay(t)
  deepEqual((await openPay(t)).merchant, merchant)
  const certificate = new X509Certificate(merchant.certificate)
  equal(certificate.serialNumber, merchant.serial)
  equal(merchant.apiV3Key.length, 32)
  match(merchant.publicKeyId, /^PUB_KEY_ID_\d+$/)
  for (const secret of [merchant.apiV3Key, merchant.privateKey]) ok(secret.includes(secretMark))
})

test('signs every answer, refusals too, with the platform certificate', async (t) => {
  const { call, control } = await openPay(t)
  const [platform] = (await control('GET', '/certificates')) as unknown as Listed[]
  ok(platform)
  const answers = [
    await call('GET', certificates),
    await call('GET', '/v3/refund/domestic/refunds/nothing'),
    await call('GET', certificates, undefined, { authorization: () => undefined }),
    await call('GET', certificates, undefined, { headers: { 'Wechatpay-Serial': platform.serial } }),
  ]
  deepEqual(
    answers.map(({ status }) => status),
    [200, 404, 401, 200],
  )
  for (const answer of answers) {
    equal(answer.headers.get('wechatpay-serial'), platform.serial)
    ok(isSigned(answer, platform.certificate), answer.text)
    ok(!isSigned({ ...answer, text: `${answer.text} ` }, platform.certificate))
    match(answer.headers.get('request-id') ?? '', /^08[0-9A-F]+-\d+$/)
  }
})

test('signs an empty answer with its newline', async (t) => {
  const { call, control, jsapi, order, merchant } = await openPay(t)
  const body = await order()
  await jsapi(body)
  const path = `/v3/pay/transactions/out-trade-no/${body.out_trade_no}/close`
  const closed = await call('POST', path, { mchid: merchant.mchid })
  const [platform] = (await control('GET', '/certificates')) as unknown as Listed[]
  equal(closed.status, 204)
  equal(closed.headers.get('content-length'), null)
  ok(isSigned(closed, platform?.certificate ?? ''))
})

test('signs with the public key for who names it, and for who has nothing else', async (t) => {
  const { call, control, merchant } = await openPay(t)
  const named = { headers: { 'Wechatpay-Serial': merchant.publicKeyId } }
  const byHeader = await call('GET', certificates, undefined, named)
  equal(byHeader.headers.get('wechatpay-serial'), merchant.publicKeyId)
  ok(isSigned(byHeader, merchant.publicKey))
  await control('POST', '/merchants', { mchid: merchant.mchid, keyMode: 'public_key' })
  const without = await call('GET', certificates)
  equal(
    without.text,
    '{"code":"RESOURCE_NOT_EXISTS","message":"无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"}',
  )
  equal(without.status, 404)
  ok(isSigned(without, merchant.publicKey))
  await control('POST', '/merchants', { mchid: merchant.mchid, keyMode: 'certificate' })
  equal((await call('GET', certificates, undefined, named)).json.code, 'INVALID_REQUEST')
  const foreign = { headers: { 'Wechatpay-Serial': 'PUB_KEY_ID_0000' } }
  equal((await call('GET', certificates, undefined, foreign)).status, 400)
})

test('hands out encrypted certificates, and new ones beside the old', async (t) => {
  const { call, control, merchant } = await openPay(t)
  const download = async () => {
    const answer = await call('GET', certificates)
    const data = answer.json.data as { serial_no: string; expire_time: string; encrypt_certificate: Json }[]
    const found = new Map(
      data.map(({ serial_no, encrypt_certificate }) => {
        equal(encrypt_certificate.associated_data, 'certificate')
        equal(String(encrypt_certificate.nonce).length, 12)
        const pem = decryptResource(encrypt_certificate, merchant.apiV3Key)
        equal(new X509Certificate(pem).serialNumber, serial_no)
        return [serial_no, pem]
      }),
    )
    const serial = answer.headers.get('wechatpay-serial') ?? ''
    ok(isSigned(answer, found.get(serial) ?? ''), 'signed with one of those inside')
    match(String(data[0]?.expire_time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
    return { serials: [...found.keys()], serial }
  }
  const before = await download()
  const { serial: next } = await control('POST', '/certificates', { sign: false })
  deepEqual(await download(), { serials: [next, before.serial], serial: before.serial })
  const { serial: last } = await control('POST', '/certificates', {})
  deepEqual(await download(), { serials: [last, next, before.serial], serial: last })
  const { serial: only } = await control('POST', '/certificates', { retire: true })
  deepEqual(await download(), { serials: [only], serial: only })
})

test('takes the fields of the authorization in any order', async (t) => {
  const { call } = await openPay(t)
  const reverse = (header: string) => {
    const [type, fields = ''] = header.split(' ')
    return `${type} ${fields.split(',').reverse().join(', ')}`
  }
  equal((await call('GET', certificates, undefined, { authorization: reverse })).status, 200)
})

test('refuses what is not signed by the merchant, and says what it would have signed', async (t) => {
  const { call } = await openPay(t)
  const nonce = '593BEC0C930BF1AFEB40B4A08C8FB242'
  const timestamp = Math.floor(Date.now() / 1000)
  const refused = await call('GET', certificates, undefined, { sign: { body: 'other', nonce, timestamp } })
  equal(refused.status, 401)
  const expected = {
    code: 'SIGN_ERROR',
    detail: {
      detail: { issue: 'sign not match' },
      field: 'signature',
      location: 'authorization',
      sign_information: {
        method: 'GET',
        sign_message_length: 66,
        truncated_sign_message: `GET\n/v3/certificates\n${timestamp}\n${nonce}\n\n`,
        url: '/v3/certificates',
      },
    },
    message: '错误的签名，验签失败',
  }
  equal(refused.text, JSON.stringify(expected))
})

test('names what else is wrong with an authorization', async (t) => {
  const { call, advance } = await openPay(t)
  const now = Math.floor(Date.now() / 1000)
  const refusal = async (options: Parameters<typeof call>[3]): Promise<Answer> => {
    const answer = await call('GET', certificates, undefined, options)
    equal(answer.status, 401)
    equal(answer.json.code, 'SIGN_ERROR')
    match(answer.headers.get('request-id') ?? '', /-268443699$/)
    return answer
  }
  const messageOf = async (options: Parameters<typeof call>[3]) => (await refusal(options)).json.message
  const format = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'
  const time = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟'
  equal(await messageOf({ authorization: () => undefined }), format)
  equal(await messageOf({ authorization: (header) => header.replace('nonce_str', 'nonce') }), format)
  equal(await messageOf({ authorization: () => 'Bearer x' }), 'Http头Authorization认证类型不正确')
  equal(await messageOf({ sign: { timestamp: now - 310 } }), time)
  equal(await messageOf({ sign: { timestamp: now + 310 } }), time)
  equal(await messageOf({ authorization: (header) => header.replace(/timestamp="\d/, 'timestamp="x') }), time)
  match(String(await messageOf({ sign: { serial: 'A'.repeat(40) } })), /^商户证书序列号有误/)
  equal(await messageOf({ sign: { mchid: '1900000000' } }), '签名错误')
  await advance(3_600_000)
  equal((await call('GET', certificates)).status, 200, 'signed timestamps are real time')
})

test('lets answers without valid authorization go unsigned, as they were recorded, if asked', async (t) => {
  const { call, rules } = await openPay(t)
  await rules({ signUnauthorized: false })
  const refused = await call('GET', certificates, undefined, { authorization: () => undefined })
  equal(refused.headers.get('wechatpay-signature'), null)
  notEqual((await call('GET', certificates)).headers.get('wechatpay-signature'), null)
})

test('wants Accept and User-Agent', async (t) => {
  const { url } = await openPay(t)
  const send = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${url}${certificates}`, { headers, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject).end()
    })
  equal(await send({ accept: '*/*' }), 400)
  equal(await send({ 'user-agent': 'x' }), 400)
  equal(await send({ accept: 'text/html', 'user-agent': 'x' }), 406)
  equal(await send({ accept: '*/*', 'user-agent': 'x' }), 401)
})

test('answers unknown paths and wrong methods without a body', async (t) => {
  const { call } = await openPay(t)
  const unknown = await call('GET', '/v3/pay/transactions/unknown')
  deepEqual([unknown.status, unknown.text], [404, ''])
  const wrong = await call('GET', '/v3/pay/transactions/jsapi')
  deepEqual([wrong.status, wrong.text], [405, ''])
})

test('adds merchants with keys of their own', async (t) => {
  const pay = await openPay(t)
  const [appid] = pay.merchant.appids
  const added = (await pay.control('POST', '/merchants', { name: 'Second', appids: [appid] })) as unknown
  const second = added as PayMerchant
  notEqual(second.mchid, pay.merchant.mchid)
  ok(second.privateKey.includes(secretMark) && second.apiV3Key.includes(secretMark))
  const { call } = createPayCalls(pay, second)
  equal((await call('GET', certificates)).status, 200)
  const asFirst = { sign: { mchid: pay.merchant.mchid, serial: pay.merchant.serial } }
  equal((await call('GET', certificates, undefined, asFirst)).status, 401)
  const named = { headers: { 'Wechatpay-Serial': pay.merchant.publicKeyId } }
  equal((await call('GET', certificates, undefined, named)).status, 400)
})
