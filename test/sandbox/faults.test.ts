import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSandbox } from './open-sandbox.ts'

test('answers with the recorded text of an errcode, in the form of the path', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.fault({ path: '*', errcode: 45011 })
  const text = 'api minute-quota reach limit, must slower, retry next minute'
  const sns = await wechat.get('/sns/jscode2session')
  const token = await wechat.get('/cgi-bin/token')
  match(String(sns.errmsg), new RegExp(`^${text}, rid: `))
  match(String(token.errmsg), new RegExp(`^${text} rid: `))
  await wechat.fault({ path: '/wxa/business/getuserphonenumber', errcode: 40029 })
  const phone = await wechat.post('/wxa/business/getuserphonenumber', {})
  match(String(phone.errmsg), /^invalid code hint: \[[\w-]{10,17}\] rid: [0-9a-f-]{26}$/)
})

test('answers as often as asked, the newest fault first', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.fault({ path: '/cgi-bin/*', errcode: -1 })
  await wechat.fault({ path: '/cgi-bin/token', errcode: 45009, times: 2 })
  const codes = []
  for (let call = 0; call < 3; call += 1) codes.push((await wechat.get('/cgi-bin/token')).errcode)
  deepEqual(codes, [45009, 45009, -1])
  const faults = (await wechat.control('GET', '/faults')) as unknown as { hits: number }[]
  deepEqual(
    faults.map(({ hits }) => hits),
    [2, 1],
  )
  deepEqual(await wechat.control('DELETE', '/faults'), { removed: 2 })
  equal((await wechat.get('/cgi-bin/token')).errcode, 41002)
})

test('strikes only the named app, known by query, body or access token', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const other = await wechat.app('official_account')
  const { access_token } = await wechat.token(app)
  const { access_token: otherToken } = await wechat.token(other)
  await wechat.fault({ path: '*', appid: app.appid, errcode: -1 })
  equal((await wechat.token(app)).errcode, -1)
  equal((await wechat.stableToken(app)).errcode, -1)
  equal(await wechat.useToken(access_token), -1)
  equal((await wechat.token(other)).errcode, undefined)
  equal((await wechat.stableToken(other)).errcode, undefined)
  equal(await wechat.useToken(otherToken), 0)
})

test('strikes at about the given rate', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.fault({ path: '/cgi-bin/token', errcode: -1, rate: 0.5 })
  const replies = await Promise.all(Array.from({ length: 200 }, () => wechat.get('/cgi-bin/token')))
  const struck = replies.filter(({ errcode }) => errcode === -1).length
  ok(struck > 50 && struck < 150, `${struck}`)
})

test('answers with any status and body', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.fault({ path: '/cgi-bin/token', status: 502 })
  const gateway = await fetch(`${wechat.url}/cgi-bin/token`)
  equal(gateway.status, 502)
  equal(gateway.headers.get('content-type'), 'text/html')
  await wechat.fault({ path: '/cgi-bin/token', body: '{"access_token":"98_' })
  const truncated = await fetch(`${wechat.url}/cgi-bin/token`)
  equal(truncated.status, 200)
  equal(await truncated.text(), '{"access_token":"98_')
})

test('answers late with what it did at once', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  await wechat.fault({ path: '/cgi-bin/token', latencyMs: 150, times: 1 })
  const started = performance.now()
  const late = wechat.token(app)
  await sleep(50)
  const { access_token: newer } = await wechat.token(app)
  const { access_token: older } = await late
  ok(performance.now() - started >= 145)
  await wechat.advance(301_000)
  equal(await wechat.useToken(older), 40001)
  equal(await wechat.useToken(newer), 0)
})

test('cuts the connection before or after the work', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  const code = await wechat.loginCode(app)
  await wechat.fault({ path: '/sns/jscode2session', drop: 'before', times: 1 })
  await rejects(wechat.session(app, code))
  await wechat.fault({ path: '/sns/jscode2session', drop: 'after', times: 1, latencyMs: 10 })
  await rejects(wechat.session(app, code))
  equal((await wechat.session(app, code)).errcode, 40163)
  const { calls } = await wechat.control('GET', '/calls?path=/sns/jscode2session')
  deepEqual(
    (calls as { status: number | null }[]).map(({ status }) => status),
    [null, null, 200],
  )
})

test('logs each upstream call with query and body, and counts them all', async (t) => {
  const wechat = await openSandbox(t)
  const app = await wechat.app('mini_program')
  await wechat.get('/cgi-bin/token?appid=first&appid=second')
  await wechat.stableToken(app)
  await wechat.get('/sns/auth')
  const all = (await wechat.control('GET', '/calls')) as { count: number; calls: Record<string, unknown>[] }
  equal(all.count, 3)
  const [token, stable] = all.calls
  deepEqual(Object.keys(token ?? {}), ['at', 'method', 'path', 'query', 'body', 'status'])
  deepEqual(token?.query, { appid: 'first' })
  equal(stable?.method, 'POST')
  equal((JSON.parse(String(stable?.body)) as { appid: string }).appid, app.appid)
  equal((await wechat.control('GET', '/calls?path=/cgi-bin/*')).count, 2)
  equal((await wechat.control('GET', '/calls?path=/cgi-bin/token')).count, 1)
  await wechat.control('DELETE', '/calls')
  equal((await wechat.control('GET', '/calls')).count, 0)
})

test('logs a call that the caller gave up on', async (t) => {
  const wechat = await openSandbox(t)
  await wechat.fault({ path: '/cgi-bin/token', latencyMs: 60_000 })
  const signal = AbortSignal.timeout(50)
  await rejects(fetch(`${wechat.url}/cgi-bin/token`, { signal }))
  equal((await wechat.control('GET', '/calls')).count, 1)
})
