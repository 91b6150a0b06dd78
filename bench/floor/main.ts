import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from '../contenders/announce.ts'
import { benchKey } from '../upstream/bench-app.ts'
import { appId, appSecret, sha256 } from './app.ts'
import { findBuyer, saveBuyer } from './buyers.ts'
import { decode } from './decode.ts'
import { receive } from './gateway.ts'
import { logIn } from './login.ts'
import { findCode } from './qr-codes.ts'
import { refund } from './refund.ts'
import { checkSession, type LiveSession } from './session-check.ts'
import { readToken } from './token-read.ts'

/** The least code that does what the contracts demand: the speed that the hub is measured by. */
const miniPrefix = `/wx/mini/v1/${appId}/`
const openIdPrefix = `${miniPrefix}openId?token=`
const gatewayPrefix = '/gateway/'
const buyerPrefix = '/api/weixin/wxbuyinguser/'
const decodePrefix = `${miniPrefix}decode?`
const jsonType = 'application/json; charset=utf-8'
const keyHash = sha256(`Bearer ${benchKey}`)
const maxBody = 64 * 1024
let served = 0

const server = createServer((request, response) => {
  answer(request, response).catch(() => send(response, 500, '{"error":"internal"}'))
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '/' } = request
  if (method === 'POST' && url === '/commcn/api/v1/weixin.oauth') return answerLogin(request, response)
  if (method === 'POST' && url === '/api/v1/sessions/verify') return answerVerify(request, response)
  if (method === 'POST' && url === '/commcn/api/v1/weixin.get_qrcode') return answerCode(request, response)
  if (method === 'POST' && url === '/commcn/api/v1/weixin.refund_pay') return answerRefund(request, response)
  if (method === 'POST' && url.startsWith(gatewayPrefix)) return answerPush(request, response)
  if (method !== 'GET' || !url.startsWith(miniPrefix)) return answerCaseless(request, response)
  if (url.startsWith(openIdPrefix)) {
    const session = checkSession(url.slice(openIdPrefix.length))
    return sendControl(response, session?.openId ?? null, 1000)
  }
  if (url.startsWith(decodePrefix))
    return answerDecode(response, new URLSearchParams(url.slice(url.indexOf('?'))))
  const [secret = '', call] = url.slice(miniPrefix.length).split('/')
  if (call === 'access_token') return sendControl(response, await readToken(secret), 40125)
  send(response, 404, '{"error":"not found"}')
}

async function answerLogin(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { jscode } = JSON.parse(await readText(request)) as { jscode?: unknown }
  if (typeof jscode !== 'string' || jscode === '' || jscode.length > 256) {
    return send(response, 400, '{"code":1001,"error":"parameter error"}')
  }
  const { token, openId, expiresAt } = await logIn(jscode)
  const overdueTime = Math.floor(expiresAt / 1000)
  send(response, 200, JSON.stringify({ session_id: token, open_id: openId, overdue_time: overdueTime }))
}

async function answerVerify(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = request.headers.authorization ?? ''
  if (!timingSafeEqual(sha256(key), keyHash)) return send(response, 401, '{"error":"no such key"}')
  const { token } = JSON.parse(await readText(request)) as { token?: unknown }
  if (typeof token !== 'string') return send(response, 400, '{"error":"token is missing"}')
  const session = checkSession(token)
  send(response, 200, JSON.stringify(session === null ? { active: false } : toVerified(session)))
}

function answerDecode(response: ServerResponse, query: URLSearchParams): void {
  const text = (name: string) => query.get(name) ?? ''
  const data = decode({ token: text('sessionkey'), encryptedData: text('encryptedData'), iv: text('iv') })
  if (typeof data === 'number') sendControl(response, null, data)
  else send(response, 200, JSON.stringify({ code: 200, msg: 'ok', data, success: true }))
}

async function answerCode(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (checkSession(token) === null)
    return send(response, 401, '{"code":1004,"error":"the session is not valid"}')
  const { page, scene } = JSON.parse(await readText(request)) as { page?: unknown; scene?: unknown }
  const hash = await findCode(appSecret, page, scene)
  if (hash === null) return send(response, 400, '{"code":1001,"error":"parameter error"}')
  send(response, 200, `{"url":"${ownUrl}/qrcodes/${hash}"}`)
}

async function answerRefund(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = request.headers.authorization ?? ''
  if (!timingSafeEqual(sha256(key), keyHash)) return send(response, 401, '{"error":"no such key"}')
  const { billId, refundFee } = JSON.parse(await readText(request)) as {
    billId?: unknown
    refundFee?: unknown
  }
  const status = await refund(billId, refundFee)
  if (status === null) return send(response, 400, '{"code":1001,"error":"parameter error"}')
  send(response, 200, JSON.stringify({ status }))
}

/** The paths of contract buyer are read without case. */
async function answerCaseless(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/' } = request
  const end = url.indexOf('?')
  const path = (end === -1 ? url : url.slice(0, end)).toLowerCase()
  if (!path.startsWith(buyerPrefix)) return send(response, 404, '{"error":"not found"}')
  await answerBuyer(request, response)
}

async function answerBuyer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = request.headers.authorization ?? ''
  if (!timingSafeEqual(sha256(key), keyHash)) return send(response, 401, '{"error":"no such key"}')
  if (request.method === 'POST') {
    const { openId, phone } = JSON.parse(await readText(request)) as { openId: string; phone: string }
    return send(response, 200, JSON.stringify({ data: saveBuyer(openId, phone), status: 200, message: '' }))
  }
  const openId = new URLSearchParams(request.url?.split('?')[1]).get('openId')
  const buyer = openId === null ? null : findBuyer(openId)
  if (buyer === null) return send(response, 404, '{"status":500,"message":"no such buyer"}')
  send(response, 200, JSON.stringify(buyer))
}

async function answerPush(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench')
  const status = await receive(pathname.slice(gatewayPrefix.length), searchParams, await readText(request))
  send(response, status, status === 200 ? 'success' : '', 'text/plain; charset=utf-8')
}

function toVerified({ openId, unionId, userId, expiresAt }: LiveSession) {
  return { active: true, appId, openId, unionId, userId, expiresAt: Math.floor(expiresAt / 1000) }
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      text += chunk
      if (text.length > maxBody) reject(new Error('too large'))
    })
    request.on('end', () => resolve(text))
    request.on('error', reject)
  })
}

function sendControl(response: ServerResponse, data: string | null, errcode: number): void {
  const body =
    data === null ? { code: errcode, success: false } : { code: 200, msg: 'ok', data, success: true }
  send(response, 200, JSON.stringify(body))
}

function send(response: ServerResponse, status: number, text: string, type = jsonType): void {
  served += 1
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

let ownUrl = ''
server.listen(0, '127.0.0.1', () => {
  const address = server.address() as AddressInfo // it listens on a port
  ownUrl = `http://127.0.0.1:${address.port}`
  announce(server)
})
process.on('SIGTERM', () => {
  process.stderr.write(`served ${served}\n`)
  process.exit(0)
})
