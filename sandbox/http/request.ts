import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A received call with its body. Of a query parameter that is given twice the first counts. */
export type SandboxRequest = {
  method: string
  path: string
  search: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
  address: string
}

export type Target = { path: string; search: string }

/** Splits the request target; proxies and some clients send it with scheme and host. */
export function parseTarget(url: string): Target {
  const target = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  const end = target.indexOf('#')
  const whole = end < 0 ? target : target.slice(0, end)
  const mark = whole.indexOf('?')
  return mark < 0
    ? { path: whole, search: '' }
    : { path: whole.slice(0, mark) || '/', search: whole.slice(mark + 1) }
}

export function toSandboxRequest(message: IncomingMessage, target: Target, body: string): SandboxRequest {
  return {
    method: message.method ?? 'GET',
    path: target.path,
    search: target.search,
    query: new URLSearchParams(target.search),
    headers: message.headers,
    body,
    address: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  }
}
