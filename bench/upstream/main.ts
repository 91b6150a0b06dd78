import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { announce } from '../contenders/announce.ts'
import { accessToken, benchApp, gatewayApps } from './bench-app.ts'
import { benchMerchant } from './bench-merchant.ts'
import { answerPay } from './pay.ts'
import { isCode, openIdOf, sessionKeyOf, unionIdOf } from './people.ts'

/**
 * WeChat as the bench needs it: no rules, no state, as fast as node:http can answer, or after
 * BENCH_LATENCY_MS. Counts the calls of each path.
 */
const latencyMs = Number(process.env.BENCH_LATENCY_MS ?? 0)
const calls = new Map<string, number>()

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/' } = request
  const end = url.indexOf('?')
  const path = end === -1 ? url : url.slice(0, end)
  calls.set(path, (calls.get(path) ?? 0) + 1)
  if (path.startsWith('/v3/')) return answerPay(request, response)
  // A body that nobody reads would hold the connection.
  request.resume()
  if (latencyMs > 0) await delay(latencyMs)
  if (path === '/wxa/getwxacodeunlimit') return sendImage(response)
  const text = JSON.stringify(answerTo(path, url))
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

// Nobody looks further than the first bytes.
const image = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(20_000, 'image')])

function sendImage(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': image.length })
  response.end(image)
}

function answerTo(path: string, url: string): unknown {
  if (path === '/sns/jscode2session') return login(url)
  if (path === '/cgi-bin/stable_token' || path === '/cgi-bin/token') {
    return { access_token: accessToken, expires_in: 7200 }
  }
  if (path === '/_sandbox/apps') return [benchApp, ...Object.values(gatewayApps)]
  if (path === '/_sandbox/users') return []
  if (path === '/_sandbox/merchants') {
    return [{ ...benchMerchant, name: 'Bench', keyMode: 'public_key', appids: [benchApp.appid] }]
  }
  if (path === '/_bench/calls') return Object.fromEntries(calls)
  return { errcode: 40066, errmsg: 'invalid url' }
}

function login(url: string): unknown {
  const code = /[?&]js_code=([\w-]+)/.exec(url)?.[1] ?? ''
  if (!isCode(code) || !url.includes(benchApp.secret)) return { errcode: 40029, errmsg: 'invalid code' }
  return { session_key: sessionKeyOf(code), openid: openIdOf(code), unionid: unionIdOf(code) }
}

const server = createServer((request, response) => void answer(request, response))
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => announce(server))
