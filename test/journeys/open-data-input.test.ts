import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { type ApiHub, startApiHub } from '../api/api-hub.ts'
import { testOnBoth } from '../support/database.ts'
import type { Answer } from '../support/hub-client.ts'
import { assertNoLeak } from '../support/leak-guard.ts'
import { runs } from '../support/runs.ts'

type Data = { encryptedData: string; iv: string }
type Signed = Data & { rawData?: string; signature?: string }

testOnBoth('answers all that is wrong with encrypted data alike, in every contract', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const own = await encrypt(hub, 'u1', 'profile')
  await hub.logIn(hub.miniAppId, 'u2')
  const spoilt: Signed[] = [
    await encrypt(hub, 'u2', 'profile'),
    await encrypt(hub, 'u2', 'phone'),
    ...spoil(own.encryptedData).map((encryptedData) => ({ ...own, encryptedData })),
    ...spoil(own.iv).map((iv) => ({ ...own, iv })),
    { ...own, encryptedData: flip(own.encryptedData, 2) },
    // Steers the first block: the data names another openId.
    { ...own, iv: flip(own.iv, 11) },
    { ...own, signature: '0'.repeat(40) },
    { ...own, signature: 'x' },
    { ...own, rawData: `${own.rawData} ` },
  ]
  for (const data of spoilt) {
    const inControl = await decode(hub, token, data)
    equal(inControl.text, '{"code":1004,"msg":"error: decode failed","data":{},"success":false}')
    const inBoilerplate = await putProfile(hub, token, data)
    equal(inBoilerplate.status, 400)
    equal(
      inBoilerplate.text,
      '{"error_code":12108,"error_message":"the data cannot be decrypted: log in again"}',
    )
    const { status, json } = await hub.call('POST', '/me/open-data', data, token)
    deepEqual([status, json.code, json.detail], [400, 'decryption_failed', 'The data cannot be decrypted'])
  }
  equal((await decode(hub, token, own)).status, 200)
})

testOnBoth('checks the signature of rawData with the keys of the last four logins', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token, openId } = await hub.logIn()
  const own = await encrypt(hub, 'u1', 'profile')
  const replies = [await putProfile(hub, token, own)]
  for (let times = 0; times < 3; times += 1) await hub.logIn()
  replies.push(await decode(hub, token, own), await hub.call('POST', '/me/open-data', own, token))
  const [put, control, api] = replies.map(({ body }) => body as Record<string, Record<string, unknown>>)
  deepEqual([put?.error_code, control?.code, control?.data?.openId], [0, 200, openId])
  deepEqual(api?.data, control?.data)
  // No reply holds a session key.
  for (const { text } of replies) assertNoLeak('a reply', text)
  await hub.logIn()
  equal((await decode(hub, token, own)).text.includes('1004'), true)
})

testOnBoth('asks for what is missing, before it looks at the data', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token } = await hub.logIn()
  const { encryptedData, iv, rawData, signature } = await encrypt(hub, 'u1', 'profile')
  for (const body of [{ iv }, { encryptedData }, { encryptedData: '', iv }, { encryptedData, iv: '' }]) {
    const { json } = await hub.call('POST', '/me/open-data', body, token)
    equal(json.code, 'bad_request')
  }
  for (const half of [{ rawData }, { signature }, { rawData, signature: '' }]) {
    const data = { encryptedData, iv, ...half } as Signed
    equal((await hub.call('POST', '/me/open-data', data, token)).json.code, 'bad_request')
    equal((await putProfile(hub, token, data)).text.includes('10003'), true)
    equal((await decode(hub, token, data)).text.includes('2002'), true)
    // Parameters come before the session.
    equal((await decode(hub, 'no', data)).text.includes('2002'), true)
  }
})

testOnBoth('gives for changed bytes never the data of another person', async (t, engine) => {
  const hub = await startApiHub(t, engine)
  const { token, openId } = await hub.logIn()
  let opened = 0
  for (const kind of ['profile', 'phone'] as const) {
    const data = await encrypt(hub, 'u1', kind)
    const { unionId, purePhoneNumber } = dataOf(await decode(hub, token, data))
    ok(kind === 'phone' ? purePhoneNumber : unionId)
    const change = fc.tuple(fc.constantFrom('iv' as const, 'encryptedData' as const), fc.nat(), fc.nat(254))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const changed = { ...data }
        for (const [field, at, mask] of changes) changed[field] = flip(changed[field], at, mask + 1)
        const found = dataOf(await decode(hub, token, changed))
        if (Object.keys(found).length > 0) opened += 1
        ok(found.openId === undefined || found.openId === openId)
        ok(found.unionId === undefined || found.unionId === unionId)
        ok(found.purePhoneNumber === undefined || found.purePhoneNumber === purePhoneNumber)
      }),
      { numRuns: runs(120) },
    )
  }
  ok(opened > 0, 'some changes leave data that opens')
})

function decode(hub: ApiHub, token: string, data: Signed): Promise<Answer> {
  const query = new URLSearchParams({ sessionkey: token, ...data })
  return hub.get(`/wx/mini/v1/${hub.miniAppId}/decode?${query}`)
}

function putProfile(hub: ApiHub, token: string, data: Signed): Promise<Answer> {
  const { encryptedData: encrypted_data, iv, rawData: raw_data, signature } = data
  const body = { encrypted_data, iv, raw_data, signature }
  const init = hub.json(body, { authorization: `wechat ${token}` })
  return hub.send('PUT', '/boilerplate/api/v1/wechat-miniapp/user', init)
}

function dataOf({ body }: Answer): Record<string, unknown> {
  return (body as { data: Record<string, unknown> }).data
}

async function encrypt(hub: ApiHub, user: string, kind: 'profile' | 'phone'): Promise<Signed> {
  const made = await hub.sandbox.control('POST', `/users/${user}/${kind}`, { appid: hub.miniAppId })
  const { encryptedData, iv, rawData, signature } = made
  const data = { encryptedData: String(encryptedData), iv: String(iv) }
  return kind === 'phone' ? data : { ...data, rawData: String(rawData), signature: String(signature) }
}

/** No base64, cut within a block, too long, changed where the padding or the first brace comes from. */
function spoil(text: string): string[] {
  const bytes = Buffer.from(text, 'base64')
  return [
    '*',
    'AAA',
    `${text}\n`,
    text.slice(0, -4),
    bytes.subarray(0, -5).toString('base64'),
    Buffer.concat([bytes, bytes.subarray(0, 3)]).toString('base64'),
    flip(text, Math.max(0, bytes.length - 17)),
  ]
}

function flip(text: string, at: number, mask = 1): string {
  const bytes = Buffer.from(text, 'base64')
  const index = at % bytes.length
  bytes.writeUInt8(bytes.readUInt8(index) ^ mask, index)
  return bytes.toString('base64')
}
