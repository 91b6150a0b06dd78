import { deepEqual, equal, match } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type ApiHub, startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'

const number = '13800000001'
const check = '/wxa/business/checkencryptedmsg'
const paid = '/wxa/business/getuserphonenumber'

testOnBoth('takes an encrypted phone number once WeChat says it is genuine', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const data = await encryptPhone(hub)
  // Three later logins do not break it.
  for (let times = 0; times < 3; times += 1) await hub.logIn()
  const taken = await take(hub, token, data)
  deepEqual([taken.status, taken.json], [200, { phone: number, countryCode: '86', verified: true }])
  deepEqual(await shownPhone(hub, token), [number, true])
  const { calls } = (await hub.sandbox.control('GET', `/calls?path=${check}`)) as {
    calls: { body: string }[]
  }
  const hash = createHash('sha256').update(data.encryptedData).digest('hex')
  deepEqual(
    calls.map(({ body }) => JSON.parse(body)),
    [{ encrypted_msg_hash: hash }],
  )
  // What is known to be theirs is asked about no more.
  equal((await take(hub, token, data)).status, 200)
  equal(await hub.upstreamCalls(check), 1)
  equal(await hub.upstreamCalls(paid), 0)
  const { json } = await hub.call('GET', `/apps/${hub.miniAppId}`)
  equal(json.phoneCallsToday, 0, 'it costs nothing')
})

testOnBoth('keeps no encrypted number that WeChat does not vouch for', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  await hub.hub.users.change(await hub.identityId(token), { phone: '13900000009' })
  const data = await encryptPhone(hub)
  // WeChat forgets what it made after three days; the session key is good for longer there.
  await hub.sandbox.rules({ openDataKeptMs: 0 })
  const forgotten = await encryptPhone(hub)
  const refused = await take(hub, token, forgotten)
  deepEqual([refused.status, refused.json.code], [400, 'bad_request'])
  match(String(refused.json.detail), /vouch/)
  await hub.sandbox.fault({ path: check, body: '{"errcode":0,"errmsg":"ok","vaild":false}', times: 1 })
  equal((await take(hub, token, data)).json.code, 'bad_request')
  await hub.sandbox.fault({ path: check, body: '{"errcode":0,"errmsg":"ok"}', times: 1 })
  equal((await take(hub, token, data)).json.code, 'bad_request')
  await hub.sandbox.fault({ path: check, status: 500, times: 1 })
  equal((await take(hub, token, data)).status, 503)
  deepEqual(await shownPhone(hub, token), ['13900000009', false])
  // WeChat is busy for a moment: the question is free, so it is asked again.
  await hub.sandbox.fault({ path: check, errcode: -1, times: 1 })
  equal((await take(hub, token, data)).status, 200)
})

testOnBoth('refuses phone data that is of another, changed, or no phone number', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const other = await hub.logIn(hub.miniAppId, 'u2')
  const data = await encryptPhone(hub)
  const { encryptedData, iv } = await hub.sandbox.control('POST', '/users/u1/profile', {
    appid: hub.miniAppId,
  })
  const profile = { encryptedData: String(encryptedData), iv: String(iv) }
  // The first 16 bytes are `{"phoneNumber":"`: an iv turns them into what it likes, and WeChat would not notice.
  const steered = Buffer.from(data.iv, 'base64')
  steered.writeUInt8(steered.readUInt8(5) ^ 1, 5)
  const refusals = [
    await take(hub, other.token, data),
    await take(hub, token, profile),
    await take(hub, token, { ...data, iv: steered.toString('base64') }),
    await take(hub, token, { ...data, encryptedData: data.encryptedData.slice(0, -24) }),
    await take(hub, token, { ...data, encryptedData: '*' }),
  ]
  for (const { status, json } of refusals) deepEqual([status, json.code], [400, 'decryption_failed'])
  equal(await hub.upstreamCalls(check), 0)
  for (const body of [{ iv: data.iv }, { encryptedData: 'x' }, { ...data, code: 'x' }, { ...data, iv: '' }]) {
    equal((await hub.call('POST', '/me/phone', body, token)).json.code, 'bad_request')
  }
  deepEqual(await shownPhone(hub, token), [null, false])
})

type Data = { encryptedData: string; iv: string }

async function encryptPhone(hub: ApiHub, user = 'u1'): Promise<Data> {
  const answer = await hub.sandbox.control('POST', `/users/${user}/phone`, { appid: hub.miniAppId })
  return { encryptedData: String(answer.encryptedData), iv: String(answer.iv) }
}

function take(hub: ApiHub, token: string, data: Data) {
  return hub.call('POST', '/me/phone', data, token)
}

async function shownPhone(hub: ApiHub, token: string) {
  const { json } = await hub.call('GET', '/me', undefined, token)
  return [json.phone, json.phoneVerified]
}
