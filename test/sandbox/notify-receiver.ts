import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export type Received = { headers: { get(name: string): string | null }; text: string; at: number }

/** A merchant's callback address that keeps what arrives and answers as told. */
export async function startReceiver(t: TestContext, { status = 200 }: { status?: number } = {}) {
  const received: Received[] = []
  const receiver = { received, status, url: '', close, listen }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = { get: (name: string) => request.headers[name.toLowerCase()]?.toString() ?? null }
      received.push({ headers, text: Buffer.concat(chunks).toString(), at: Date.now() })
      response.writeHead(receiver.status).end(receiver.status === 204 ? undefined : '{}')
    })
  })
  async function listen(port = 0): Promise<void> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  async function close(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  await listen()
  t.after(close)
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`
  return receiver
}

/** Waits for a condition, for some seconds at most. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    if (await isTrue()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('nothing happened')
}
