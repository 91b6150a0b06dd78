import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createListener } from './http/listener.ts'
import type { RandomBytes } from './random-bytes.ts'
import { systemRandomBytes } from './random-bytes.ts'
import { createSandbox } from './sandbox.ts'

export type SandboxOptions = {
  port: number
  host?: string
  /** Milliseconds since 1970. */
  now?: () => number
  random?: RandomBytes
  reportBug?: (error: unknown) => void
}

export type RunningSandbox = Awaited<ReturnType<typeof startSandbox>>

/** Listens until `close`, which cuts open connections instead of waiting for them. */
export async function startSandbox(options: SandboxOptions) {
  const { port, host = '127.0.0.1', now = Date.now, random = systemRandomBytes } = options
  const { reportBug = () => {} } = options
  const sandbox = createSandbox({ realNow: now, random, reportBug })
  const server = createServer({ keepAliveTimeout: 65_000 }, createListener(sandbox, reportBug))
  server.listen(port, host)
  await once(server, 'listening')
  server.on('error', reportBug)
  const address = server.address() as AddressInfo

  async function close(): Promise<void> {
    if (!server.listening) return
    sandbox.stop()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  return { url: toUrl(address), port: address.port, close, [Symbol.asyncDispose]: close }
}

/** An address to type: what listens everywhere is reached at loopback. */
function toUrl({ address, family, port }: AddressInfo): string {
  const reachable = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
  return `http://${family === 'IPv6' && reachable === address ? `[${address}]` : reachable}:${port}`
}
