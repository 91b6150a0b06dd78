import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { request } from 'undici'
import { testOnBoth } from '../support/database.ts'
import { startHub } from '../support/hub.ts'

testOnBoth('says whether the process is alive and whether it can serve', async (t, engine) => {
  const hub = await startHub(t, { engine })
  deepEqual((await hub.get('/healthz')).body, { status: 'ok' })
  equal((await hub.get('/readyz')).status, 200)
  for (const method of ['POST', 'OPTIONS', 'TRACE'] as const) {
    const { statusCode, headers } = await request(`${hub.url}/healthz`, { method })
    deepEqual([statusCode, headers.allow], [405, 'GET, HEAD'], method)
  }
})

test('measures requests, calls to WeChat, rotations and shared flights', async (t) => {
  const hub = await startHub(t)
  const { appid, secret } = await hub.sandbox.app('mini_program')
  const jscode = await hub.loginCode()
  await Promise.all([1, 2, 3].map(() => hub.post('/commcn/api/v1/weixin.oauth', { jscode })))
  await hub.get(`/wx/mini/v1/${appid}/${secret}/access_token`)
  await hub.post('/commcn/api/v1/weixin.oauth', { jscode: 'unknown' })
  const { text } = await hub.get('/metrics')
  for (const line of [
    /^wehub_http_request_duration_seconds_count\{method="POST",route="\/@commcn\/weixin.oauth",status="200"\} 3$/m,
    /^wehub_wechat_call_duration_seconds_count\{path="\/sns\/jscode2session",outcome="0"\} 1$/m,
    /^wehub_wechat_call_duration_seconds_count\{path="\/sns\/jscode2session",outcome="40029"\} 1$/m,
    /^wehub_access_token_rotations_total\{cause="first"\} 1$/m,
    /^wehub_single_flight_hits_total\{what="code"\} 2$/m,
    new RegExp(`^wehub_access_token_age_seconds\\{app_id="${appid}"\\} 0$`, 'm'),
    /^nodejs_eventloop_lag_p99_seconds /m,
  ]) {
    match(text, line)
  }
})

test('shows its metrics on this machine and to the admin key, and to nobody behind a proxy', async (t) => {
  const adminKey = 'whk_0123456789abcdef0123456789abcdef'
  const hub = await startHub(t, { env: { WEHUB_ADMIN_KEY: adminKey } })
  const proxied = { 'x-forwarded-for': '203.0.113.7' }
  equal((await hub.get('/metrics')).status, 200)
  equal((await hub.get('/metrics', proxied)).status, 403)
  equal((await hub.get('/metrics', { ...proxied, authorization: `Bearer ${adminKey}x` })).status, 403)
  equal((await hub.get('/metrics', { ...proxied, authorization: `Bearer ${adminKey}` })).status, 200)
})

test('names routes by their pattern in the log, never by the URL with its secret', async (t) => {
  const hub = await startHub(t)
  const { appid, secret } = await hub.sandbox.app('mini_program')
  await hub.get(`/wx/mini/v1/${appid}/${secret}/access_token`)
  const line = hub.logged.find((one) => one.includes('access_token')) ?? ''
  equal(JSON.parse(line).route, '/@control/mini/v1/:appId/:credential/access_token')
  equal(hub.logged.join('').includes(secret), false)
})

test('shows its metrics to no page that reaches this machine by a name of its own', async (t) => {
  const hub = await startHub(t)
  const statusFor = async (host: string) => {
    const { statusCode, body } = await request(`${hub.url}/metrics`, { headers: { host } })
    await body.dump()
    return statusCode
  }
  const hosts = ['attacker.example:9001', 'localhost:9001', '127.0.0.1', '[::1]:9001']
  deepEqual(await Promise.all(hosts.map(statusFor)), [403, 200, 200, 200])
})
