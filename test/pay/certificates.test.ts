import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/secret.ts'
import { until } from '../sandbox/notify-receiver.ts'
import { failureOf, openClient, signPush } from './open-client.ts'

const path = '/v3/certificates'

test('fetches the certificates once, however many wait for them', async (t) => {
  const { pay, byCertificate, countOf } = await openClient(t)
  const asked = Array.from({ length: 20 }, () => pay.findOrderByBill(byCertificate, 'no-such-bill'))
  deepEqual(new Set(await Promise.all(asked)), new Set([null]))
  await pay.findOrderByBill({ ...byCertificate }, 'no-such-bill')
  equal(countOf(path), 1)
})

test('needs no certificates where it has the public key', async (t) => {
  const { pay, byPublicKey, countOf, sandbox } = await openClient(t)
  await sandbox.control('POST', '/merchants', { mchid: byPublicKey.mchid, keyMode: 'public_key' })
  equal(await pay.findOrderByBill(byPublicKey, 'no-such-bill'), null)
  equal(countOf(path), 0)
})

test('believes a new certificate at once, and an old one no more that WeChat does not list', async (t) => {
  let time = Date.now()
  const { pay, byCertificate, countOf, sandbox } = await openClient(t, { now: () => time })
  const ask = () => pay.findOrderByBill(byCertificate, 'no-such-bill')
  await ask()
  time += 61_000
  await sandbox.control('POST', '/certificates', { sign: false })
  await ask()
  equal(countOf(path), 1)
  await sandbox.control('POST', '/certificates', { retire: true })
  await ask()
  equal(countOf(path), 2)
  await ask()
  equal(countOf(path), 2)
})

test('does not let unknown serials make it ask again and again', async (t) => {
  let time = Date.now()
  const { pay, byCertificate, countOf, sandbox } = await openClient(t, { now: () => time })
  const push = {
    body: Buffer.from('{}'),
    headers: {
      'wechatpay-timestamp': String(Math.floor(time / 1000)),
      'wechatpay-nonce': 'n',
      'wechatpay-signature': 'c2ln',
      'wechatpay-serial': '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    },
  }
  const refuse = async () => {
    for (let times = 0; times < 50; times += 1)
      await pay.readNotification(byCertificate, push).then(
        () => equal(true, false),
        (error) => equal(error.code, 'forbidden'),
      )
  }
  await pay.findOrderByBill(byCertificate, 'no-such-bill')
  await refuse()
  equal(countOf(path), 1)
  time += 61_000
  await refuse()
  equal(countOf(path), 2)
  equal((await sandbox.control('GET', `/calls?path=${path}`)).count, 2)
})

test('looks for new certificates twice a day, and goes on with those it has where that fails', async (t) => {
  let time = Date.now()
  const { pay, byCertificate, countOf, sandbox } = await openClient(t, { now: () => time })
  const [certificate] = (await sandbox.control('GET', '/certificates')) as unknown as { serial: string }[]
  // Verified, then found to hold nothing.
  const push = () =>
    rejects(
      pay.readNotification(byCertificate, signPush('{}', String(certificate?.serial), time)),
      /without a good/,
    )
  await push()
  time += 9 * 3_600_000
  await push()
  equal(countOf(path), 1)
  time += 2 * 3_600_000
  await push()
  await push()
  // The sandbox signs with real time: what it answers is stale here, and not taken.
  await until(() => countOf(path) === 2)
  await push()
  equal(countOf(path), 2)
})

test('says so where the APIv3 key is not that of the merchant', async (t) => {
  const { pay, byCertificate, calls } = await openClient(t)
  const wrong = { ...byCertificate, apiV3Key: new Secret('x'.repeat(32)) }
  for (const work of [pay.refreshCertificates(wrong), pay.findOrderByBill(wrong, 'no-such-bill')]) {
    const { code, failure } = await failureOf(work)
    deepEqual([code, failure.doubt, failure.outcome], ['upstream_unavailable', 'undecryptable', 'unknown'])
  }
  equal(calls.length > 0, true)
  equal(await pay.findOrderByBill(byCertificate, 'no-such-bill'), null)
})

test('takes no certificates whose list is not signed with one of them', async (t) => {
  const { pay, byCertificate, sandbox } = await openClient(t)
  const doubts = { signature: 'forged', unsigned: 'unsigned', stale: 'stale', serial: 'unknown_serial' }
  for (const [tamper, doubt] of Object.entries(doubts)) {
    await sandbox.fault({ path, tamper, times: 1 })
    const { failure } = await failureOf(pay.refreshCertificates(byCertificate))
    equal(failure.doubt, doubt, tamper)
  }
  await pay.refreshCertificates(byCertificate)
})

test('takes the certificate of another merchant for none of this one', async (t) => {
  const { pay, byPublicKey, sandbox } = await openClient(t)
  const other = await sandbox.control('POST', '/merchants', { mchid: '1900000999' })
  const mixed = {
    ...byPublicKey,
    publicKey: { id: String(byPublicKey.publicKey?.id), pem: String(other.publicKey) },
  }
  const { failure } = await failureOf(pay.findOrderByBill(mixed, 'no-such-bill'))
  deepEqual([failure.doubt, failure.outcome], ['forged', 'unknown'])
})
