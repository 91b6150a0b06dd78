import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Secret } from '../secret.ts'
import type { HttpApp } from './http.ts'
import type { Metrics } from './metrics.ts'
import { readingMethods, refuseOtherMethods } from './surface.ts'

export type OperationsDeps = { metrics: Metrics; adminKey: Secret | null; isReady: () => Promise<boolean> }

/** For those who run the hub: is the process alive, can it serve, what does it measure. */
export function registerOperations(http: HttpApp, { metrics, adminKey, isReady }: OperationsDeps): void {
  http.get('/healthz', async () => ({ status: 'ok' }))

  // WeChat's health is not asked here, so that its outage takes no node out of service.
  http.get('/readyz', async (_request, reply) => {
    const ready = await isReady()
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ok' : 'not ready' })
  })

  http.get('/metrics', async (request, reply) => {
    if (!isLocal(request) && !hasAdminKey(request, adminKey)) {
      return reply.status(403).send({ status: 'forbidden' })
    }
    return reply.type(metrics.contentType).send(await metrics.print())
  })

  for (const url of ['/healthz', '/readyz', '/metrics']) refuseOtherMethods(http, url, readingMethods)
}

/**
 * A caller on this machine itself: not one whom a proxy on this machine let through, and no page that reaches
 * us by a name of its own (DNS rebinding).
 */
function isLocal(request: FastifyRequest): boolean {
  const { headers, socket } = request.raw
  if (Object.keys(headers).some((name) => proxyHeaders.test(name))) return false
  return isLoopbackAddress(socket.remoteAddress ?? '') && isOwnName(headers.host ?? '')
}

/** An address or `localhost`: names that nobody's DNS can point here. */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || isIP(name) !== 0
}

const proxyHeaders = /^(?:forwarded|via|x-real-ip|x-forwarded-.*)$/

function hasAdminKey({ headers }: FastifyRequest, adminKey: Secret | null): boolean {
  const key = /^bearer +(whk_\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return key !== undefined && (adminKey?.equals(key) ?? false)
}

function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && (address === '::1' || /^(::ffff:)?127\./.test(address))
}
