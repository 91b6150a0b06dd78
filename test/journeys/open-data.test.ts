import { deepEqual, equal } from 'node:assert/strict'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'

testOnBoth(
  'decodes what was encrypted three logins ago, for the session that it belongs to',
  async (t, engine) => {
    const hub = await startHub(t, { engine })
    const token = await login(hub, 'u1')
    const data = await encrypt(hub, 'u1')
    const later = [await login(hub, 'u1'), await login(hub, 'u1'), await login(hub, 'u1')]
    for (const session of [token, ...later]) {
      const { code, data: plain } = await decode(hub, session, data)
      deepEqual([code, plain.openId, plain.nickName], [200, data.openId, '林小满'])
    }
    // A fourth login pushes the key out.
    await login(hub, 'u1')
    equal((await decode(hub, token, data)).code, 1004)
  },
)

testOnBoth('decodes at once what was encrypted after a login on another node', async (t, engine) => {
  const database = await createDatabase(t, engine)
  const here = await startHub(t, { database, now: () => 1_800_000_000_000 })
  const there = await startHub(t, { database, sandbox: here.sandbox, now: () => 1_800_000_000_000 })
  const token = await login(here, 'u1')
  equal((await decode(here, token, await encrypt(here, 'u1'))).code, 200)
  // No time passes, so the keys are still remembered here as they were.
  await login(there, 'u1')
  const data = await encrypt(there, 'u1')
  equal((await decode(here, token, data)).code, 200)
})

testOnBoth('opens the data of one user for no other, and not after three days', async (t, engine) => {
  let now = Date.now()
  const hub = await startHub(t, { engine, now: () => now })
  const token = await login(hub, 'u1')
  const data = await encrypt(hub, 'u1')
  const other = await login(hub, 'u2')
  equal((await decode(hub, other, data)).code, 1004)
  now += 2 * 24 * 3_600_000
  equal((await decode(hub, token, data)).code, 200)
  now += 25 * 3_600_000
  equal((await decode(hub, token, data)).code, 1004)
})

testOnBoth('takes a plus that came as a space, under both names of the token', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const { appid } = await hub.sandbox.app('mini_program')
  const token = await login(hub, 'u1')
  const { encryptedData, iv } = await encrypt(hub, 'u1')
  const raw = `encryptedData=${encryptedData}&iv=${iv}`.replaceAll('/', '%2F').replaceAll('==', '%3D%3D')
  for (const name of ['sessionkey', 'token']) {
    const { body } = await hub.get(`/wx/mini/v1/${appid}/decode?${name}=${token}&${raw}`)
    equal((body as { code: number }).code, 200)
  }
})

testOnBoth('keeps the profile that a mini program sends encrypted', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const login = await hub.post('/boilerplate/api/v1/wechat-miniapp/user', { code: await hub.loginCode() })
  const { token } = login.body as { token: string }
  const { encryptedData, iv } = await encrypt(hub, 'u1')
  const init = hub.json({ iv, encrypted_data: encryptedData }, { authorization: `wechat ${token}` })
  const { body } = await hub.send('PUT', '/boilerplate/wechat/api/v1/wechat-miniapp/user', init)
  const { error_code, user } = body as { error_code: number; user: Record<string, unknown> }
  deepEqual(
    [error_code, user.nickname, typeof user.id, typeof user.gender],
    [0, '林小满', 'number', 'number'],
  )

  // The anonymous profile of another day makes it no worse.
  await hub.sandbox.control('POST', '/users', { id: 'u1', nickname: '微信用户' })
  const anonymous = await encrypt(hub, 'u1')
  const again = hub.json(
    { iv: anonymous.iv, encrypted_data: anonymous.encryptedData },
    { authorization: `wechat ${token}` },
  )
  const second = await hub.send('PUT', '/boilerplate/api/v1/wechat-miniapp/user', again)
  equal((second.body as { user: { nickname: string } }).user.nickname, '林小满')
})

testOnBoth(
  'keeps no profile that is over three days old, though its key is good still',
  async (t, engine) => {
    let now = Date.now()
    const hub = await startHub(t, { engine, now: () => now })
    // WeChat gives the same key again and again.
    await hub.sandbox.rules({ sessionKeyMinMs: 30 * 24 * 3_600_000 })
    await login(hub, 'u1')
    const data = await encrypt(hub, 'u1')
    const keep = async () => {
      const code = await hub.loginCode()
      const { body } = await hub.post('/boilerplate/api/v1/wechat-miniapp/user', { code })
      const headers = { authorization: `wechat ${(body as { token: string }).token}` }
      const init = hub.json({ iv: data.iv, encrypted_data: data.encryptedData }, headers)
      return (await hub.send('PUT', '/boilerplate/api/v1/wechat-miniapp/user', init)).body
    }
    now += 2 * 24 * 3_600_000
    equal(((await keep()) as { error_code: number }).error_code, 0)
    now += 25 * 3_600_000
    deepEqual(await keep(), {
      error_code: 12_108,
      error_message: 'the data cannot be decrypted: log in again',
    })
    // Who only wants it decrypted sees its age in the watermark.
    equal((await decode(hub, await login(hub, 'u1'), data)).code, 200)
  },
)

async function login(hub: TestHub, user: string): Promise<string> {
  const { appid, secret } = await hub.sandbox.app('mini_program')
  const code = await hub.loginCode(user)
  const { body } = await hub.get(`/wx/mini/v1/${appid}/${secret}/code2Session?code=${code}`)
  return (body as { data: string }).data
}

type Encrypted = { encryptedData: string; iv: string; openId: string }

async function encrypt(hub: TestHub, user: string): Promise<Encrypted> {
  const { appid } = await hub.sandbox.app('mini_program')
  const users = (await hub.sandbox.control('GET', '/users')) as unknown as {
    id: string
    openids: Record<string, string>
  }[]
  const openId = users.find(({ id }) => id === user)?.openids[appid] ?? ''
  const { encryptedData, iv } = await hub.sandbox.control('POST', `/users/${user}/profile`, { appid })
  return { encryptedData: String(encryptedData), iv: String(iv), openId }
}

async function decode(hub: TestHub, token: string, { encryptedData, iv }: Encrypted) {
  const { appid } = await hub.sandbox.app('mini_program')
  const query = new URLSearchParams({ sessionkey: token, encryptedData, iv })
  const { body } = await hub.get(`/wx/mini/v1/${appid}/decode?${query}`)
  return body as { code: number; data: Record<string, unknown> }
}
