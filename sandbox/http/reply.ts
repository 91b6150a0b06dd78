import type { ServerResponse } from 'node:http'

export type Reply = {
  status: number
  contentType: string
  body: string | Buffer
  headers?: Record<string, string>
}

export const withoutBody: readonly number[] = [204, 205, 304]

export function toPlainReply(status: number, body: string): Reply {
  return { status, contentType: 'text/plain', body }
}

export function sendReply(response: ServerResponse, { status, contentType, body, headers }: Reply): void {
  if (response.headersSent || response.destroyed) return
  const about = withoutBody.includes(status)
    ? {}
    : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, { ...about, ...headers })
  response.end(body)
}
