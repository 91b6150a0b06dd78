import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { onEnd } from '../../test/support/on-end.ts'
import type { Resolve } from './lookups.ts'
import { createOutbound } from './outbound.ts'
import { parseTargetRules } from './target-rules.ts'
import type { Unreachable } from './unreachable.ts'

const request = { headers: { 'content-type': 'application/json' }, body: '{}' }
const never = new AbortController().signal

test('connects to the address that was checked, and asks DNS once for each connection', async (t) => {
  const { port, requests } = await listen(t, (_request, response) => response.end())
  const asked: string[] = []
  // A name that is harmless when it is looked at and is another place a moment later.
  const rebinding: Resolve = async (host) => {
    asked.push(host)
    return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }]
  }
  const outbound = open(t, `127.0.0.1:${port},rebind.example:1`, rebinding)
  // Plain http is for hosts that are named, so the name stands beside the address.
  const named = open(t, `rebind.example:${port}`, rebinding)
  equal((await named.post({ ...request, url: `http://rebind.example:${port}/` }, never)).status, 200)
  deepEqual([asked, requests[0]?.headers.host], [['rebind.example'], `rebind.example:${port}`])
  await rejects(outbound.post({ ...request, url: `https://rebind.example:${port}/` }, never), isRefused)
  equal(requests.length, 1)
})

test('refuses a name if any of its addresses is forbidden', async (t) => {
  for (const addresses of [
    ['10.0.0.1'],
    ['1.1.1.1', '127.0.0.1'],
    ['::ffff:10.0.0.1'],
    ['64:ff9b::a00:1'],
    ['fe80::1%lo'],
    [],
  ]) {
    const resolve: Resolve = async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const outbound = open(t, '', resolve)
    await rejects(outbound.post({ ...request, url: 'https://mixed.example/' }, never), isRefused)
  }
})

test('checks a stored URL again at each attempt', async (t) => {
  const outbound = open(t, '')
  for (const url of ['http://127.0.0.1/', 'https://127.0.0.1/', 'https://[::1]/', 'http://example.com/']) {
    await rejects(outbound.post({ ...request, url }, never), isRefused)
  }
})

test('follows no redirect', async (t) => {
  const inner = await listen(t, (_request, response) => response.end())
  const { port } = await listen(t, (_request, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end(),
  )
  const outbound = open(t, '127.0.0.0/8')
  equal((await outbound.post({ ...request, url: `http://127.0.0.1:${port}/` }, never)).status, 302)
  equal(inner.requests.length, 0)
})

test('cuts an answer at 64 KiB, and one that never ends at its deadline; the status counts', async (t) => {
  let sent = 0
  const { port } = await listen(t, ({ url }, response) => {
    response.writeHead(200)
    if (url === '/slow') return void response.write('.')
    const more = (): void => {
      if (response.destroyed) return
      sent += 16_384
      response.write(Buffer.alloc(16_384)) ? setImmediate(more) : response.once('drain', more)
    }
    more()
  })
  const outbound = open(t, '127.0.0.1', undefined, 400)
  equal((await outbound.post({ ...request, url: `http://127.0.0.1:${port}/` }, never)).status, 200)
  // What the buffers of two sockets hold was sent too; without the cut it would never end.
  ok(sent < 20_000_000, `${sent}`)
  equal((await outbound.post({ ...request, url: `http://127.0.0.1:${port}/slow` }, never)).status, 200)
})

test('says why there was no answer', async (t) => {
  const silent = await listen(t, () => undefined)
  const rude = await listen(t, (_request, response) => response.destroy())
  const outbound = open(t, '127.0.0.1', undefined, 300)
  const reasonOf = (url: string, signal = never) =>
    outbound.post({ ...request, url }, signal).then(
      () => 'answered',
      (error: Unreachable) => error.reason,
    )
  equal(await reasonOf(`http://127.0.0.1:${silent.port}/`), 'timeout')
  equal(await reasonOf(`http://127.0.0.1:${rude.port}/`), 'UND_ERR_SOCKET')
  equal(await reasonOf('http://127.0.0.1:1/'), 'ECONNREFUSED')
  const stop = new AbortController()
  const stopped = reasonOf(`http://127.0.0.1:${silent.port}/`, stop.signal)
  stop.abort()
  equal(await stopped, 'stopped')
  equal(await reasonOf(`http://127.0.0.1:${silent.port}/`, stop.signal), 'stopped')
})

test('asks for one name at a time, and for no more than two names at once', async () => {
  const open = new Map<string, () => void>()
  const asked: string[] = []
  const { createLookups } = await import('./lookups.ts')
  const resolve = createLookups(async (host) => {
    asked.push(host)
    await new Promise<void>((go) => open.set(host, go))
    return [{ address: '1.1.1.1', family: 4 }]
  })
  const all = Promise.all(['a', 'a', 'b', 'c', 'b'].map(resolve))
  deepEqual(asked, ['a', 'b'])
  open.get('a')?.()
  while (asked.length < 3) await new Promise(setImmediate)
  open.get('b')?.()
  open.get('c')?.()
  equal((await all).length, 5)
  deepEqual(asked, ['a', 'b', 'c'])
})

function isRefused(error: Unreachable): boolean {
  let cause: unknown = error
  while (cause instanceof Error && !('reason' in cause && cause.reason === 'address_refused'))
    cause = cause.cause
  equal(cause instanceof Error, true, `${error.reason} ${String(error.cause)}`)
  return error.reason === 'address_refused'
}

function open(t: TestContext, allow: string, resolve?: Resolve, totalMs = 5000) {
  const outbound = createOutbound({
    rules: allow === '' ? [] : parseTargetRules(allow),
    own: { publicUrl: null, port: () => 9001 },
    ...(resolve && { resolve }),
    timeouts: { connectMs: 1000, totalMs },
  })
  onEnd(t, () => outbound.close())
  return outbound
}

async function listen(t: TestContext, answer: RequestListener) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onEnd(t, () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  return { port: address.port, requests }
}
