import type { HttpApp, HttpOptions } from './http.ts'

const slowMs = 1000

/**
 * Measures every request and logs those that failed on our side or took long; all of them if asked. A line
 * names the route's pattern, never the URL: the contract control carries secrets in its paths.
 */
export function watchRequests(http: HttpApp, { log, metrics, logRequests }: HttpOptions): void {
  http.addHook('onResponse', (request, reply, done) => {
    const { method, failure } = request
    const status = reply.statusCode
    const route = request.routeOptions.url ?? 'unknown'
    const durationMs = reply.elapsedTime
    metrics.requestEnded(method, route, status, durationMs / 1000)
    const line = { method, route, status, durationMs: Math.round(durationMs) }
    if (failure !== null && oursToMend.has(failure.code))
      log.error({ ...line, err: failure }, 'request failed')
    else if (failure !== null && upstreamFailures.has(failure.code))
      log.warn({ ...line, err: failure }, 'WeChat refused')
    else if (logRequests || durationMs > slowMs)
      log.info({ ...line, error: failure?.code, reason: failure?.message }, 'request')
    done()
  })
}

const oursToMend = new Set(['internal', 'storage_unavailable'])
const upstreamFailures = new Set([
  'app_misconfigured',
  'upstream_refused',
  'upstream_limited',
  'upstream_unavailable',
])
