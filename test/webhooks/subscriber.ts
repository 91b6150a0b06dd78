import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { onEnd } from '../support/on-end.ts'

/** What a subscriber got. `body` is the text, byte for byte: signatures are over it. */
export type Received = { headers: IncomingHttpHeaders; body: string; data: { id: number; content: object } }

/** The HTTP status to answer with; null never answers. */
export type Answer = (received: Received, count: number) => number | null | Promise<number>

export type Subscriber = Awaited<ReturnType<typeof startSubscriber>>

/** Somebody who wants messages, over real HTTP. */
export async function startSubscriber(t: TestContext, answer: Answer = () => 204) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const one = { headers: request.headers, body, data: JSON.parse(body).data }
    received.push(one)
    const status = await answer(one, received.length)
    if (status !== null) response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onEnd(t, () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the subscriber does not listen')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    /** Which messages came, each as often as it came. */
    ids: (): number[] => received.map(({ data }) => data.id),
  }
}
