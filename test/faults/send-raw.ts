import { request } from 'node:http'

export type RawRequest = { method: string; target: string; headers: Record<string, string>; body: string }

export type RawReply = { status: number; type: string; text: string }

/** Sends a request just as it is: nothing is put right on the way, as `fetch` would. */
export function sendRaw(url: string, { method, target, headers, body }: RawRequest): Promise<RawReply> {
  const { hostname, port } = new URL(url)
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path: target, headers: { ...headers, ...length }, timeout: 10_000 },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => {
          text += chunk
        })
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, type: incoming.headers['content-type'] ?? '', text }),
        )
        incoming.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within ten seconds')))
    outgoing.end(body)
  })
}
