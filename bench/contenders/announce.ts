import type { Server } from 'node:net'

/** Tells the harness where a server of the bench listens, in the form in which the hub does. */
export function announce(server: Server): void {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  process.stdout.write(`bench ready ${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`)
}
