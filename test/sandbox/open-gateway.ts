import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { onEnd } from '../support/on-end.ts'
import type { Json, OpenSandbox } from './open-sandbox.ts'

export type Received = { method: string; query: Record<string, string>; body: string; contentType: string }
type Answer = string | { status?: number; body?: string; afterMs?: number; drop?: true }
export type OpenGateway = Awaited<ReturnType<typeof openGateway>>

/** Somebody's server that WeChat pushes to: keeps what came and answers as `answer` says. */
export async function openGateway(
  t: TestContext,
  answer: (received: Received) => Answer | Promise<Answer> = () => 'success',
) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const contentType = request.headers['content-type'] ?? ''
    const arrival = {
      method: request.method ?? '',
      query: Object.fromEntries(searchParams),
      body,
      contentType,
    }
    received.push(arrival)
    const given = await answer(arrival)
    const {
      status = 200,
      body: text = '',
      afterMs = 0,
      drop,
    } = typeof given === 'string' ? { body: given } : given
    if (drop) request.socket.destroy()
    else setTimeout(() => response.writeHead(status).end(text), afterMs).unref()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onEnd(t, () => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway`, received }
}

/** Sets the app's gateway and returns the app as it then is. */
export async function connect(
  wechat: OpenSandbox,
  { kind, url, ...changes }: { kind: string; url: string; [name: string]: unknown },
): Promise<Json & { appid: string; token: string; encodingAesKey: string }> {
  const { appid } = await wechat.app(kind)
  return (await wechat.control('POST', '/apps', { appid, gatewayUrl: url, ...changes })) as never
}
