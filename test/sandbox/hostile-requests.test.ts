import { equal, match, ok } from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { startSandbox } from '../../sandbox/start-sandbox.ts'
import { openSandbox } from './open-sandbox.ts'

/** Sends bytes as they are and returns all that comes back. */
async function sendRaw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

const withHost = (line: string, headers = '') =>
  `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}\r\n`

test('answers unknown paths with a plain 404', async (t) => {
  const { url } = await openSandbox(t)
  const response = await fetch(`${url}/cgi-bin/no_such_call`)
  equal(response.status, 404)
  equal(response.headers.get('content-type'), 'text/plain')
})

test('names the method that a call requires', async (t) => {
  const { url, post, get } = await openSandbox(t)
  const refused = await post('/cgi-bin/token', {})
  equal(refused.errcode, 43001)
  match(String(refused.errmsg), /^require GET method rid: /)
  equal((await get('/cgi-bin/stable_token')).errcode, 43002)
  equal((await post('/sns/jscode2session', {})).errcode, 43001)
  const head = await fetch(`${url}/cgi-bin/token`, { method: 'HEAD' })
  equal(head.status, 200)
  equal(await head.text(), '')
})

test('takes the first of two parameters with one name', async (t) => {
  const { get, app } = await openSandbox(t)
  const { appid, secret } = await app('mini_program')
  const query = `appid=${appid}&appid=wx1&secret=${secret}&grant_type=client_credential`
  equal((await get(`/cgi-bin/token?${query}`)).expires_in, 7200)
})

test('survives broken escapes, odd targets and strange methods', async (t) => {
  const { url } = await openSandbox(t)
  match(await sendRaw(url, withHost('GET /cgi-bin/token?appid=%zz%')), /"errcode":40013/)
  match(await sendRaw(url, withHost('GET /cgi-bin/%c0%ae')), /^HTTP\/1\.1 404/)
  match(await sendRaw(url, withHost('GET http://api.weixin.qq.com/cgi-bin/token?appid=')), /"errcode":41002/)
  match(await sendRaw(url, withHost('GET http://api.weixin.qq.com?a=b')), /^HTTP\/1\.1 404/)
  match(await sendRaw(url, withHost('OPTIONS *')), /^HTTP\/1\.1 404/)
  match(await sendRaw(url, withHost('DELETE /cgi-bin/token')), /"errcode":43001/)
  match(await sendRaw(url, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400/)
  match(await sendRaw(url, withHost('GET /sns/auth?access_token=%00&openid=%00')), /"errcode":40014/)
  match(await sendRaw(url, withHost('GET /_sandbox/calls?path=%zz')), /^HTTP\/1\.1 200/)
})

test('takes hostile JSON for what it is', async (t) => {
  const { post, url } = await openSandbox(t)
  const bodies = ['null', '1', '"text"', '[{}]', '{', '['.repeat(100_000), '\u0000', '{"appid":']
  for (const body of bodies) equal((await post('/cgi-bin/stable_token', body)).errcode, 47001, body)
  const odd = await post('/cgi-bin/stable_token', { appid: { $ne: '' }, secret: [], __proto__: 1 })
  equal(odd.errcode, 41002)
  equal((await post('/cgi-bin/stable_token', '{"__proto__":{"appid":"wx1"}}')).errcode, 41002)
  equal((await fetch(`${url}/_sandbox/users`, { method: 'POST', body: '{"constructor":1}' })).status, 400)
})

test('refuses bodies over one mebibyte without reading them to the end', async (t) => {
  const { url, get } = await openSandbox(t)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const upload = request(`${url}/cgi-bin/stable_token`, { method: 'POST' }, (response) => {
    resolve(response.statusCode ?? 0)
    upload.destroy()
  }).on('error', reject)
  for (let part = 0; part < 20; part += 1) upload.write('x'.repeat(64 * 1024))
  equal(await promise, 413)
  equal((await get('/cgi-bin/token')).errcode, 41002)
})

test('survives callers that go away in the middle of a body', async (t) => {
  const { url, get } = await openSandbox(t)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(withHost('POST /cgi-bin/stable_token', 'Content-Length: 100\r\n'))
  socket.write('{"appid"')
  await new Promise((resolve) => setTimeout(resolve, 20))
  socket.destroy()
  equal((await get('/cgi-bin/token')).errcode, 41002)
})

test('closes at once, with idle and waiting connections open', async () => {
  const sandbox = await startSandbox({ port: 0 })
  const fault = { path: '*', latencyMs: 60_000 }
  await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) })
  const waiting = fetch(`${sandbox.url}/cgi-bin/token`).catch(() => 'cut')
  await new Promise((resolve) => setTimeout(resolve, 20))
  const started = performance.now()
  await sandbox.close()
  await sandbox.close()
  ok(performance.now() - started < 1000)
  equal(await waiting, 'cut')
})
