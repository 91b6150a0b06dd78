import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { startHub, type TestHub } from '../../support/hub.ts'

const page = 'https://pages.example'
const foreign = 'https://evil.example'
const oauth = '/fruit/api/v1/weixin.oauth'
const userInfo = '/fruit/api/v1/weixin.get_user_info'

/** A hub with shares under another first segment, and its cookie after a login there. */
async function startFruit(t: Parameters<typeof startHub>[0], options: Parameters<typeof startHub>[1] = {}) {
  const hub = await startHub(t, options)
  const { appid: appId } = await hub.sandbox.app('mini_program')
  const path = '/fruit/api/v1'
  await hub.hub.mounts.add({ contract: 'shares', path, appId, options: { corsOrigins: [page] } })
  return hub
}

async function logIn(hub: TestHub, headers: Record<string, string> = {}) {
  const reply = await hub.post(oauth, { jscode: await hub.loginCode() }, headers)
  equal(reply.status, 200, reply.text)
  const { sessionId } = reply.body as { sessionId: string }
  return { sessionId, cookie: reply.headers.get('set-cookie'), headers: reply.headers }
}

test('sets a cookie for the first segment of the mount, for the session and 30 days more', async (t) => {
  const { cookie, sessionId } = await logIn(await startFruit(t))
  const maxAgeS = 2 * 3600 + 30 * 24 * 3600
  equal(cookie, `session_token=${sessionId}; Max-Age=${maxAgeS}; Path=/fruit; HttpOnly; SameSite=Lax`)
})

test('sets a cookie for https only where the public URL is https', async (t) => {
  const { cookie } = await logIn(
    await startFruit(t, {
      env: { WEHUB_PUBLIC_URL: 'https://hub.example', WEHUB_SANDBOX_ALLOW_BIND: '1' },
    }),
  )
  match(String(cookie), /; SameSite=Lax; Secure$/)
})

test('takes the first place of a session that is there, and goes on from none that is bad', async (t) => {
  const hub = await startFruit(t)
  const { sessionId: good } = await logIn(hub)
  const bad = 'A'.repeat(43)
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const wechat = (token: string) => ({ authorization: `wechat ${token}` })
  const cookie = (token: string) => ({ cookie: `a=b; session_token=${token}; c=d` })
  const update = '/fruit/api/v1/weixin.update_user_info'
  const trials: [string, object, Record<string, string>, number][] = [
    [update, { sessionID: good }, { ...bearer(bad), ...cookie(bad) }, 200],
    [update, { sessionID: bad }, { ...bearer(good), ...cookie(good) }, 401],
    [update, { sessionID: '' }, { ...bearer(good), ...cookie(bad) }, 200],
    [userInfo, {}, { ...bearer(good), ...cookie(bad) }, 200],
    [userInfo, {}, { ...wechat(good), ...cookie(bad) }, 200],
    [userInfo, {}, { ...bearer(bad), ...cookie(good) }, 401],
    [userInfo, {}, { ...wechat(bad), ...cookie(good) }, 401],
    [userInfo, {}, cookie(good), 200],
    [userInfo, {}, cookie(bad), 401],
    [userInfo, {}, { cookie: `xsession_token=${good}` }, 401],
    [userInfo, { sessionID: good }, {}, 401],
  ]
  for (const [path, body, headers, status] of trials) {
    const reply = await hub.post(path, body, headers)
    equal(reply.status, status, `${JSON.stringify([path, body, headers])} ${reply.text}`)
  }
})

test('neither uses nor gives a cookie where the request names a foreign origin', async (t) => {
  const hub = await startFruit(t)
  const { sessionId } = await logIn(hub)
  const cookie = `session_token=${sessionId}`
  for (const origin of [foreign, 'null', `${page}.evil.example`, page.replace('https', 'http')]) {
    const reply = await hub.post(userInfo, {}, { cookie, origin })
    equal(reply.status, 401)
    equal(reply.headers.get('access-control-allow-origin'), null)
    equal((await logIn(hub, { origin })).cookie, null)
    const renewal = await hub.post('/fruit/api/v1/weixin.re_login', {}, { cookie, origin })
    equal((renewal.body as { relogin: boolean }).relogin, true)
  }
  // A token in a header is no cookie: no other site's page can know it.
  const byHeader = { authorization: `Bearer ${sessionId}`, origin: foreign }
  equal((await hub.post(userInfo, {}, byHeader)).status, 200)
})

test('uses and gives cookies to its own origin and to those that the mount lists', async (t) => {
  const hub = await startFruit(t)
  for (const origin of [new URL(hub.url).origin, page]) {
    const { cookie, sessionId } = await logIn(hub, { origin })
    match(String(cookie), /^session_token=/)
    const reply = await hub.post(userInfo, {}, { cookie: `session_token=${sessionId}`, origin })
    equal(reply.status, 200)
    equal(reply.headers.get('vary'), 'Origin')
    const allowed = reply.headers.get('access-control-allow-origin')
    equal(allowed, origin === page ? page : null)
    equal(reply.headers.get('access-control-allow-credentials'), origin === page ? 'true' : null)
  }
})

test('answers preflights with 204, and lets only listed origins through', async (t) => {
  const hub = await startFruit(t)
  for (const origin of [page, foreign]) {
    const headers = { origin, 'access-control-request-method': 'POST' }
    const reply = await hub.send('OPTIONS', oauth, { headers })
    equal(reply.status, 204)
    equal(reply.headers.get('access-control-allow-origin'), origin === page ? page : null)
  }
})

test('tells a listed origin of errors too', async (t) => {
  const hub = await startFruit(t)
  const reply = await hub.post(userInfo, {}, { origin: page })
  equal(reply.status, 401)
  equal(reply.headers.get('access-control-allow-origin'), page)
})
