import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { startCaseHub } from '../dialects/case-hub.ts'
import { createDatabase, testOnBoth } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { createWebBrowser, indexPath, login, type WebBrowser } from './web-browser.ts'

const exchangePath = '/sns/oauth2/access_token'
const exchanges = (hub: TestHub) => hub.upstreamCalls(exchangePath)

/** A callback whose user agreed, not yet opened. */
async function agreed(browser: WebBrowser, query = ''): Promise<string> {
  return browser.agree(await browser.begin(query))
}

testOnBoth('logs in with the profile, shows it, and logs out', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const browser = createWebBrowser(hub)
  match((await browser.get(indexPath)).text, /微信登录/)
  const callback = await agreed(browser)
  const back = await browser.get(callback)
  equal(back.status, 302)
  equal(back.headers.get('location'), indexPath)
  match((await browser.get(indexPath)).text, /林小满/)
  match((await browser.get(indexPath, { 'accept-language': 'en' })).text, /You are logged in/)

  const { appid } = await hub.sandbox.app('official_account')
  const token = String(browser.cookies.get('session_token'))
  const { userId } = await hub.hub.sessions.verify(token, appid)
  equal((await hub.hub.users.getProfile(userId)).nickname, '林小满')

  const origin = new URL(hub.url).origin
  equal((await browser.post('/boilerplate/wechat/mp/logout', { origin: 'https://evil.example' })).status, 403)
  match((await browser.get(indexPath)).text, /林小满/)
  const out = await browser.post('/boilerplate/wechat/mp/logout', { origin })
  deepEqual([out.status, out.headers.get('location')], [303, indexPath])
  match((await browser.get(indexPath)).text, /微信登录/)
  match((await browser.get(indexPath, { cookie: `session_token=${token}` })).text, /微信登录/)
  equal((await browser.get(callback)).status, 400, 'the back button logs nobody in')
})

testOnBoth('answers a repeated callback for a minute, without asking WeChat', async (t, engine) => {
  const hub = await startCaseHub(t, engine)
  const browser = createWebBrowser(hub)
  const callback = await agreed(browser)
  const tokens = new Set<string>()
  for (const laterMs of [0, 15_000, 44_000]) {
    hub.later(laterMs)
    const { status, headers } = await browser.get(callback)
    deepEqual([status, headers.get('location')], [302, indexPath])
    tokens.add(String(browser.cookies.get('session_token')))
    match((await browser.get(indexPath)).text, /林小满/)
  }
  equal(tokens.size, 3)
  hub.later(2000)
  equal((await browser.get(callback)).status, 400)
  equal(await exchanges(hub), 1)
})

testOnBoth('asks WeChat once when nodes and requests bring one callback together', async (t, engine) => {
  const database = await createDatabase(t, engine)
  const first = await startHub(t, { database })
  const second = await startHub(t, { database, sandbox: first.sandbox })
  const browser = createWebBrowser(first)
  const callback = await agreed(browser)
  await first.sandbox.fault({ path: exchangePath, latencyMs: 300 })
  const cookie = `wechat_login=${browser.cookies.get('wechat_login')}`
  const path = callback.replace(first.url, '')
  const answers = await Promise.all(
    [first, second, first, second, second, first].map((hub) => hub.get(path, { cookie })),
  )
  deepEqual([...new Set(answers.map(({ status }) => status))], [302])
  const tokens = answers.map(
    ({ headers }) => /session_token=([^;]+)/.exec(String(headers.get('set-cookie')))?.[1],
  )
  equal(new Set(tokens).size, 6)
  equal(await exchanges(first), 1)
  equal(await first.upstreamCalls('/sns/userinfo'), 1)
  for (const token of tokens) {
    match((await second.get(indexPath, { cookie: `session_token=${token}` })).text, /林小满/)
  }
})

testOnBoth('begins on one node and ends on another', async (t, engine) => {
  const database = await createDatabase(t, engine)
  const first = await startHub(t, { database })
  const second = await startHub(t, { database, sandbox: first.sandbox })
  const browser = createWebBrowser(first)
  const callback = await agreed(browser)
  const cookie = `wechat_login=${browser.cookies.get('wechat_login')}`
  const answer = await second.get(callback.replace(first.url, ''), { cookie })
  deepEqual([answer.status, answer.headers.get('location')], [302, indexPath])
})

testOnBoth('is moved by no other browser, code, or time', async (t, engine) => {
  const hub = await startCaseHub(t, engine)
  const browser = createWebBrowser(hub)
  const stranger = createWebBrowser(hub)
  const callback = await agreed(browser)
  const state = new URL(callback).searchParams.get('state')

  // Without a cookie, with a made-up one, and with one of another login.
  equal((await stranger.get(callback)).status, 400)
  equal(
    (await hub.get(callback.replace(hub.url, ''), { cookie: `wechat_login=${'A'.repeat(43)}` })).status,
    400,
  )
  const foreign = await agreed(stranger)
  equal((await stranger.get(callback)).status, 400)
  equal(stranger.cookies.has('session_token'), false)
  equal(await exchanges(hub), 0)

  // The owner's login was not used up by them.
  equal((await browser.get(callback)).status, 302)
  equal((await stranger.get(foreign)).status, 302)
  equal(await exchanges(hub), 2)

  // A used state takes no other code, none, and no other state takes its code.
  const code = new URL(callback).searchParams.get('code')
  const other = new URL(await agreed(browser)).searchParams.get('state')
  for (const query of [
    `code=${'x'.repeat(32)}&state=${state}`,
    `state=${state}`,
    `code=${code}&state=${other}`,
  ]) {
    equal((await browser.get(`${login}/callback?${query}`)).status, 400, query)
  }
  equal(await exchanges(hub), 2)

  const late = await agreed(browser)
  hub.later(600_001)
  equal((await browser.get(late)).status, 400)
  equal(await exchanges(hub), 2)
})

testOnBoth('keeps several logins of one browser apart', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const browser = createWebBrowser(hub)
  const [first, second] = [await browser.begin('?redirect=/one'), await browser.begin('?redirect=/two')]
  notEqual(first, second)
  const back = async (url: string) => (await browser.get(await browser.agree(url))).headers.get('location')
  equal(await back(second), `${hub.url}/two`)
  equal(await back(first), `${hub.url}/one`)
})

testOnBoth('comes back to the page that it began at, if that is allowed', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const mount = (await hub.hub.mounts.list()).find(({ contract }) => contract === 'boilerplate')
  await hub.hub.mounts.change(mount?.id ?? 0, { options: { redirectOrigins: ['https://shop.example'] } })
  const referer = (value: string) => ({ referer: value })
  const cases: [string, Record<string, string>, string][] = [
    ['', {}, indexPath],
    ['?redirect=/a?b%23c', {}, `${hub.url}/a?b#c`],
    ['?redirect=https://shop.example/cart', {}, 'https://shop.example/cart'],
    ['?redirect=https://evil.example/', {}, indexPath],
    ['?redirect=//evil.example/', {}, indexPath],
    ['?redirect=', referer('https://shop.example/'), indexPath],
    ['', referer('https://shop.example/cart?a=1'), 'https://shop.example/cart?a=1'],
    ['', referer(`${hub.url}/page`), `${hub.url}/page`],
    ['', referer('https://evil.example/'), indexPath],
    ['', { ...referer('https://evil.example/'), host: 'evil.example' }, indexPath],
    // The steps of a login are no page to come back to.
    ['', referer(`${hub.url}${login}/callback?code=x&state=y`), indexPath],
    [`?redirect=${login}/authorize`, {}, indexPath],
  ]
  for (const [query, headers, location] of cases) {
    const browser = createWebBrowser(hub)
    const answer = await browser.get(await browser.agree(await browser.begin(query, headers)))
    equal(answer.headers.get('location'), location, `${query} ${JSON.stringify(headers)}`)
  }
})

testOnBoth('tells of a refusal, after which the user may still agree', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const browser = createWebBrowser(hub)
  const url = await browser.begin()
  const refused = await browser.get(await browser.agree(url, 'u1', true))
  deepEqual([refused.status, refused.headers.get('location')], [302, `${indexPath}?login=refused`])
  match((await browser.get(`${indexPath}?login=refused`)).text, /你没有同意登录/)
  equal((await browser.get(await browser.agree(url))).headers.get('location'), indexPath)
})

testOnBoth('logs nobody in from a snapshot page, and keeps nothing of it', async (t, engine) => {
  const hub = await startHub(t, { engine })
  await hub.sandbox.control('POST', '/users', { id: 'v', nickname: 'virtual-nickname', virtual: true })
  const browser = createWebBrowser(hub)
  const callback = await browser.agree(await browser.begin(), 'v')
  for (let times = 0; times < 2; times += 1) {
    const answer = await browser.get(callback)
    equal(answer.status, 400)
    match(answer.text, /请打开完整页面/)
  }
  equal(browser.cookies.has('session_token'), false)
  equal(await exchanges(hub), 1)
  equal(await hub.upstreamCalls('/sns/userinfo'), 0)
  ok(!(await hub.database.dump()).includes('virtual-nickname'))
})

testOnBoth('tells of WeChat’s troubles with a page, and goes on when they are over', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const troubles: [object, number, RegExp][] = [
    [{ errcode: 40029 }, 400, /12106/],
    [{ errcode: 40163 }, 400, /12106/],
    [{ errcode: 40013 }, 502, /12110/],
    [{ errcode: 45011 }, 503, /12109/],
    [{ drop: 'before' }, 503, /12109/],
  ]
  for (const [trouble, status, number] of troubles) {
    const browser = createWebBrowser(hub)
    const callback = await agreed(browser)
    await hub.sandbox.fault({ path: exchangePath, times: 1, ...trouble })
    const answer = await browser.get(callback)
    equal(answer.status, status, answer.text)
    match(answer.text, number)
    match(answer.text, /重新登录/)
    // No answer may have been none: the same callback tries once more. A code that was refused is over.
    equal((await browser.get(callback)).status, status === 400 ? 400 : 302)
  }
})

testOnBoth('does not let the profile be lost when WeChat does not tell it', async (t, engine) => {
  const hub = await startHub(t, { engine })
  const browser = createWebBrowser(hub)
  await browser.get(await agreed(browser))
  await hub.sandbox.fault({ path: '/sns/userinfo', errcode: -1 })
  await hub.sandbox.control('POST', '/users', { id: 'u1', nickname: '微信用户' })
  equal((await browser.get(await agreed(browser))).status, 302)
  match((await browser.get(indexPath)).text, /林小满/)
})

testOnBoth('limits failed exchanges of one address, and forgets logins that are over', async (t, engine) => {
  const hub = await startCaseHub(t, engine, { env: { WEHUB_TRUSTED_PROXIES: '127.0.0.1' } })
  const browser = createWebBrowser(hub)
  const from = { 'x-forwarded-for': '203.0.113.7' }
  for (let times = 0; times < 30; times += 1) {
    const state = new URL(await browser.begin()).searchParams.get('state')
    const answer = await browser.get(`${login}/callback?code=made-up-${times}&state=${state}`, from)
    equal(answer.status, 400)
  }
  const callback = await agreed(browser)
  const limited = await browser.get(callback, from)
  equal(limited.status, 429)
  match(limited.text, /12107/)
  // Nothing was exchanged: a minute later the same callback works.
  hub.later(61_000)
  equal((await browser.get(callback, from)).status, 302)

  equal(await hub.hub.webOAuth.purge(100), 0)
  hub.later(700_000)
  equal(await hub.hub.webOAuth.purge(100), 1)
})

testOnBoth('follows a node that died in the middle of an exchange', async (t, engine) => {
  const database = await createDatabase(t, engine)
  const first = await startHub(t, { database })
  // By this clock the lease of the first is over.
  const now = () => Date.now() + 21_000
  const second = await startHub(t, { database, sandbox: first.sandbox, now })
  const browser = createWebBrowser(first)
  const callback = await agreed(browser)
  const cookie = `wechat_login=${browser.cookies.get('wechat_login')}`
  await first.sandbox.fault({ path: exchangePath, drop: 'before', latencyMs: 2000, times: 1 })
  const frozen = browser.get(callback)
  while ((await exchanges(first)) === 0);
  const path = callback.replace(first.url, '')
  equal((await second.get(path, { cookie })).status, 302)
  equal((await frozen).status, 503)
  equal((await second.get(path, { cookie })).status, 302)
  equal(await exchanges(first), 2)
})
