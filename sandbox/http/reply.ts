import type { ServerResponse } from 'node:http'

export type Reply = {
  status: number
  contentType: string
  body: string | Buffer
  headers?: Record<string, string>
}

export function toPlainReply(status: number, body: string): Reply {
  return { status, contentType: 'text/plain', body }
}

export function sendReply(response: ServerResponse, { status, contentType, body, headers }: Reply): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}
