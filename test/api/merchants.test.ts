import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { testOnBoth } from '../support/database.ts'
import { makeCertificate, makeMerchantKeys } from '../support/merchant-keys.ts'
import { startApiHub } from './api-hub.ts'

const mchid = '1900000109'
const serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1'

testOnBoth('sets up, changes and removes a merchant, and tells its keys to nobody', async (t, engine) => {
  const { call, miniAppId, database, logged } = await startApiHub(t, engine)
  const keys = await makeMerchantKeys()
  const added = await call('POST', '/merchants', { mchid, name: '水果店', apps: [miniAppId], ...keys })
  equal(added.status, 201, added.text)
  const { createdAt, ...shown } = added.json
  ok(Number(createdAt) > 1_700_000_000)
  const { id: publicKeyId } = keys.publicKey
  deepEqual(shown, { mchid, tenantId: 1, name: '水果店', apps: [miniAppId], serial, publicKeyId })
  deepEqual((await call('GET', `/merchants/${mchid}`)).json, added.json)
  equal((await call('POST', '/merchants', { mchid, name: 'x', apps: [], ...keys })).status, 409)

  const changed = await call('PATCH', `/merchants/${mchid}`, { name: 'shop', apps: [], publicKey: null })
  deepEqual([changed.json.name, changed.json.apps, changed.json.publicKeyId], ['shop', [], null])
  const next = await makeMerchantKeys()
  const certificate = makeCertificate(createPrivateKey(next.privateKey), `4${serial.slice(1)}`)
  const renewed = await call('PATCH', `/merchants/${mchid}`, { certificate, privateKey: next.privateKey })
  equal(renewed.json.serial, `4${serial.slice(1)}`)

  const dump = Buffer.from(await database.dump()).toString('latin1')
  const bodyOf = (pem: string) => String(pem.split('\n')[2])
  const hidden = [keys.privateKey, keys.publicKey.pem, next.privateKey].map(bodyOf).concat(keys.apiV3Key)
  const told = [added, changed, renewed].map(({ text }) => text).join('')
  for (const one of hidden) {
    for (const place of [dump, told, logged.join('')]) equal(place.includes(one), false)
  }
  const actions = [...dump.matchAll(/merchant\.(added|credential_changed|renamed|apps_set)/g)].map(String)
  ok(actions.length >= 5, actions.join())

  equal((await call('DELETE', `/merchants/${mchid}`)).status, 204)
  equal((await call('GET', `/merchants/${mchid}`)).status, 404)
  equal((await call('DELETE', `/merchants/${mchid}`)).status, 404)
})

test('refuses every part of a merchant that cannot be right, and says which', async (t) => {
  const { call, miniAppId, hub, makeApp } = await startApiHub(t)
  const foreign = await makeApp((await hub.tenants.add('another')).id)
  const keys = await makeMerchantKeys()
  const good = { mchid, name: 'shop', apps: [miniAppId], ...keys }
  const { serial: _, ...withoutSerial } = good
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const encrypted = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    ...pem,
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  })
  const certificate = makeCertificate(createPrivateKey((await makeMerchantKeys()).privateKey), serial)
  const own = makeCertificate(createPrivateKey(keys.privateKey), serial)
  const bad: [object, RegExp][] = [
    [{ mchid: '123' }, /mchid/],
    [{ mchid: 1_900_000_109 }, /mchid/],
    [{ name: ' x' }, /name/],
    [{ apps: [miniAppId, 'wx_unknown'] }, /apps/],
    [{ apps: [miniAppId, foreign] }, /apps/],
    [{ apps: [miniAppId, miniAppId] }, /apps/],
    [{ apps: null }, /apps/],
    [{ serial: 'not hex' }, /serial/],
    [{ certificate: 'x' }, /certificate/],
    [{ certificate }, /privateKey is not the key of the certificate/],
    [{ certificate: own, serial: `4${serial.slice(1)}` }, /serial is not that of the certificate/],
    [{ privateKey: 'x' }, /privateKey is not readable/],
    [{ privateKey: keys.publicKey.pem }, /privateKey is not readable/],
    [{ privateKey: small.privateKey.export(pem) }, /privateKey is no RSA key/],
    [{ privateKey: curve.privateKey.export(pem) }, /privateKey is no RSA key/],
    [{ privateKey: encrypted }, /privateKey is not readable/],
    [{ apiV3Key: 'k'.repeat(31) }, /apiV3Key/],
    [{ apiV3Key: '密'.repeat(32) }, /apiV3Key/],
    [{ publicKey: { ...keys.publicKey, id: 'PUB_KEY_ID_' } }, /publicKey/],
    [{ publicKey: { ...keys.publicKey, pem: keys.privateKey } }, /publicKey.pem is no public key/],
    [{ publicKey: { ...keys.publicKey, pem: own } }, /publicKey.pem is no public key/],
    [{ publicKey: { id: keys.publicKey.id } }, /publicKey/],
    [{ misspelt: 1 }, /misspelt/],
  ]
  for (const [change, said] of bad) {
    const answer = await call('POST', '/merchants', { ...good, ...change })
    equal(answer.status, 400, JSON.stringify(change))
    match(answer.text, said)
    equal(answer.text.includes('BEGIN'), false)
  }
  match((await call('POST', '/merchants', withoutSerial)).text, /serial is missing/)
  equal((await call('POST', '/merchants', { ...withoutSerial, certificate: own })).status, 201)
  equal((await call('PATCH', `/merchants/${mchid}`, {})).status, 400)
  equal((await call('PATCH', `/merchants/${mchid}`, { apiV3Key: 'short' })).status, 400)
})

test("takes WeChat Pay's key for no merchant's own", async (t) => {
  const { call } = await startApiHub(t)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const own = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const keys = {
    serial,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    apiV3Key: 'k'.repeat(32),
  }
  const publicKeyOf = { id: 'PUB_KEY_ID_01', pem: own }
  const answer = await call('POST', '/merchants', {
    mchid,
    name: 'x',
    apps: [],
    ...keys,
    publicKey: publicKeyOf,
  })
  match(answer.text, /the merchant's own/)
})

test('keeps the merchants of a tenant to keys of the whole tenant', async (t) => {
  const { call, hub, makeApp, makeKey } = await startApiHub(t)
  const { id: tenantId } = await hub.tenants.add('shops')
  const [one, two] = [await makeApp(tenantId), await makeApp(tenantId)]
  const ofTenant = await makeKey({ tenantId, scopes: ['apps'] })
  const ofApp = await makeKey({ apps: [one], scopes: ['apps'] })
  const ofOthers = await makeKey({ tenantId: (await hub.tenants.add('others')).id, scopes: ['apps'] })
  const keys = await makeMerchantKeys()
  const added = await call('POST', '/merchants', { mchid, name: 'shop', apps: [one], ...keys }, ofTenant)
  deepEqual([added.status, added.json.tenantId], [201, tenantId])
  const path = `/merchants/${mchid}`
  const listed = async (key: string) =>
    ((await call('GET', '/merchants', undefined, key)).json.items as []).length
  deepEqual([await listed(ofTenant), await listed(ofApp), await listed(ofOthers)], [1, 1, 0])
  equal((await call('PATCH', path, { apps: [one, two] }, ofApp)).status, 403)
  equal((await call('DELETE', path, undefined, ofApp)).status, 403)
  equal((await call('PATCH', path, { apps: [one, two] }, ofTenant)).status, 200)
  equal((await call('GET', path, undefined, ofApp)).status, 404)
  equal((await call('PATCH', path, { name: 'x' }, ofOthers)).status, 404)
  equal((await call('DELETE', path, undefined, ofOthers)).status, 404)
})

testOnBoth('finds the merchant of an app, and asks which where there are several', async (t, engine) => {
  const { hub, makeApp, sandbox } = await startApiHub(t, engine)
  const [demo] = (await sandbox.control('GET', '/merchants')) as unknown as {
    mchid: string
    appids: string[]
  }[]
  const appId = String(demo?.appids[0])
  const refusal = async (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error) => error.code,
    )
  // Registered by itself, as the sandbox has it.
  const found = await hub.merchants.forApp(appId)
  deepEqual([found.mchid, [...found.apps].sort()], [demo?.mchid, demo?.appids.sort()])
  const lone = await makeApp(found.tenantId)
  equal(await refusal(hub.merchants.forApp(lone)), 'merchant_unknown')
  equal(await refusal(hub.merchants.forApp(lone, found.mchid)), 'merchant_unknown')

  const { serial: own, privateKey, apiV3Key } = found.credential
  const second = { mchid, tenantId: found.tenantId, name: 'second', apps: [appId] }
  await hub.merchants.add({ ...second, serial: own, privateKey, apiV3Key })
  equal(await refusal(hub.merchants.forApp(appId)), 'bad_request')
  equal((await hub.merchants.forApp(appId, mchid)).name, 'second')
  await hub.merchants.remove(mchid)
  equal((await hub.merchants.forApp(appId)).mchid, demo?.mchid)
})

test('an app takes its place at its merchants along when it is removed', async (t) => {
  const { hub, call, makeApp } = await startApiHub(t)
  const appId = await makeApp(1)
  const keys = await makeMerchantKeys()
  await call('POST', '/merchants', { mchid, name: 'shop', apps: [appId], ...keys })
  equal((await call('DELETE', `/apps/${appId}`)).status, 204)
  deepEqual((await hub.merchants.get(mchid)).apps, [])
})
